"""Immutable pydantic models, and the fields in them that a person may set."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

from core.config.upgrade import Fields


class Frozen(BaseModel):
    """Immutable value object: it cannot change and takes no unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True, allow_inf_nan=False)


class Versioned(Frozen):
    """Versioned schema, for a value that is kept for years: it opens from the fields of any released version.

    Looking at the fields first costs some 40% of reading; a value that never changed its shape is Frozen and no more.
    """

    @classmethod
    def upgraded(cls, fields: Fields) -> Fields:
        """The fields of any released version in today's shape. Raises ConfigError for those of a newer one."""
        return fields

    @model_validator(mode="before")
    @classmethod
    def _of_any_version(cls, fields: Any) -> Any:
        return cls.upgraded(fields) if isinstance(fields, dict) else fields


def setting(
    default: Any,
    title: str,
    meaning: str,
    *,
    level: str = "advanced",
    names: str = "",
    only: tuple[str, tuple[str, ...]] | None = None,
    empty: str = "",
    **limits: Any,
) -> Any:
    """A field that a person may set. `level` is basic, advanced or hidden; limits are pydantic's.

    `names` says what the value names: "column" a column of the dataset, "model" a pretrained model. `only` is another
    setting's path and the values of it with which this one counts; `empty` says what no value means.
    """
    extra: dict[str, Any] = {"level": level, "names": names, "only": only, "empty": empty}
    return Field(default, title=title, description=meaning, json_schema_extra=extra, **limits)
