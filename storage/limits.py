"""Limits and quotas of one person and one run, from environment variables that begin with TUNEBOARD_MAX_."""

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from core.errors import ConfigError


class Limits(BaseSettings):
    """Limits in force. 0 means that there is none.

    What counts a person's own (disk, running, queued) holds for whoever has signed in. Without sign-in there is one
    person, who has the whole machine; for her such a bound holds only where it was set.
    """

    model_config = SettingsConfigDict(env_prefix="TUNEBOARD_MAX_", frozen=True, extra="ignore", populate_by_name=True)

    upload_mb: int = Field(200, ge=1, le=200)
    """Size of one uploaded file; 200 is what the readers of files take."""
    uploads_mb: int = Field(1000, ge=1)
    """Size of all uploads that the dashboard holds in memory at once."""
    disk_gb: float = Field(20.0, ge=0)
    """Disk quota of one person: her datasets and runs."""
    queued: int = Field(50, ge=0)
    """Queued runs of one person."""
    running: int = Field(4, ge=0)
    """Runs of one person that work at the same time, over all workers."""
    run_memory_gb: float = Field(0.0, ge=0)
    """Memory of one run's processes, where it is to be less than nine tenths of the machine."""
    log_lines: int = Field(20_000, ge=100)
    """Lines kept of what one run says."""
    metric_names: int = Field(1_000, ge=10)
    """Different metrics of one run."""
    metric_points: int = Field(1_000_000, ge=1_000)
    """Points kept of one run's metrics, all names together."""
    min_free_gb: float = Field(1.0, ge=0, validation_alias="TUNEBOARD_MIN_FREE_GB")
    """Floor of free disk: below it nothing new is taken in and no queued run begins."""

    @classmethod
    def in_force(cls) -> "Limits":
        """The limits that the environment sets. Raises ConfigError for a value that cannot be used."""
        try:
            return cls()
        except ValidationError as error:
            first = error.errors()[0]
            name = str(first["loc"][0])
            name = name if name.startswith("TUNEBOARD_") else f"TUNEBOARD_MAX_{name}".upper()
            raise ConfigError(f"{name}: {first['msg']}.", "Change it and start again.") from None

    def holds_for(self, name: str, who: str) -> bool:
        """Whether the personal limit `name` holds for `who`; for the nameless person, only where it was set."""
        return bool(getattr(self, name)) and (who != "" or name in self.model_fields_set)
