"""Client of Ray's Jobs REST API. Knows jobs and nodes, not runs.

The supervisor imports no Ray: a head that is lost then costs a request, and not the supervisor's own process.

ClusterUnreachable   the head does not answer, or answers with a fault of its own: try again later
UserError            it answers, and must not be used as it is
"""

import ipaddress
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import httpx
from pydantic import BaseModel, ConfigDict

from core.errors import UserError

TIMEOUT_S = 5.0
ENDED = ("STOPPED", "SUCCEEDED", "FAILED")
NOT_STARTED = "JOB_SUPERVISOR_ACTOR_START_TIMEOUT"
"""Error type of Ray for a job that got no place on the cluster within a quarter of an hour."""


class ClusterUnreachable(Exception):
    """The cluster's head does not answer."""


class RayJob(BaseModel):
    """Job of Ray: its status and exit code."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    submission_id: str | None = None
    status: Literal["PENDING", "RUNNING", "STOPPED", "SUCCEEDED", "FAILED"]
    message: str | None = None
    error_type: str | None = None
    driver_exit_code: int | None = None
    metadata: dict[str, str] | None = None

    @property
    def has_ended(self) -> bool:
        """Whether the status is final."""
        return self.status in ENDED


@dataclass(frozen=True)
class Size:
    """Resources of a cluster."""

    nodes: int = 0
    cpus: float = 0.0
    gpus: float = 0.0

    @property
    def words(self) -> str:
        """A phrase for people: "Ray, 2 nodes, 8 CPU cores, 2 GPUs"."""
        parts = [(self.nodes, "node"), (self.cpus, "CPU core"), (self.gpus, "GPU")]
        counted = [f"{n:g} {what}{'' if n == 1 else 's'}" for n, what in parts if n or what != "GPU"]
        return ", ".join(["Ray", *counted])


class RayCluster:
    """HTTP client of the cluster whose dashboard listens at `address` (http://host:8265)."""

    def __init__(self, address: str, token: str = "") -> None:
        self.address = address.rstrip("/")
        self._token = token
        self._client = httpx.Client(base_url=self.address, timeout=TIMEOUT_S, trust_env=False)

    @property
    def is_local(self) -> bool:
        """Whether the address is loopback, so that only this machine can reach it. Of names, only localhost counts."""
        host = self._client.base_url.host
        try:
            return ipaddress.ip_address(host).is_loopback
        except ValueError:
            return host == "localhost"

    def check(self) -> None:
        """Raises UserError for a cluster off loopback without authentication, or one that refuses our token.

        The first request goes without the token: only a cluster that refuses that gets to see it. Raises
        ClusterUnreachable where none answers.
        """
        answer = self._send("GET", "/api/version", anonymous=True)
        refuses_strangers = answer.status_code in (401, 403)
        if not refuses_strangers and not self.is_local:
            raise UserError(
                f"The Ray cluster at {self.address} takes jobs from anybody who can reach it.",
                "Start every node of it with RAY_AUTH_MODE=token, and give this worker the token "
                "(RAY_AUTH_TOKEN_PATH or RAY_AUTH_TOKEN).",
            )
        if refuses_strangers and self._send("GET", "/api/version").status_code in (401, 403):
            raise UserError(
                f"The Ray cluster at {self.address} refuses this worker's token."
                if self._token
                else f"The Ray cluster at {self.address} asks for a token, and this worker has none.",
                "'ray get-auth-token' on the head shows it; name its file in RAY_AUTH_TOKEN_PATH.",
            )

    def submit(self, job_id: str, **request: Any) -> None:
        """Submits a job. `job_id` is the idempotency key: the same id again, after a lost reply, is the same job."""
        answer = self._send("POST", "/api/jobs/", json={"submission_id": job_id, **request})
        if not answer.is_success and self.job(job_id) is None:
            raise ClusterUnreachable(f"the cluster took no job (HTTP {answer.status_code})")

    def job(self, job_id: str) -> RayJob | None:
        """The job with this id, None when the cluster does not know it."""
        answer = self._send("GET", f"/api/jobs/{job_id}")
        return None if answer.status_code == 404 else RayJob.model_validate(self._read(answer))

    def jobs(self) -> list[RayJob]:
        """All jobs that were submitted and are still known."""
        found = [RayJob.model_validate(one) for one in self._read(self._send("GET", "/api/jobs/"))]
        return [job for job in found if job.submission_id]

    def stop(self, job_id: str) -> None:
        """Stops the job: SIGTERM, and SIGKILL a few seconds later. One that is gone is no fault."""
        self._send("POST", f"/api/jobs/{job_id}/stop")

    def printed(self, job_id: str) -> str:
        """Log of the job: what it has printed, "" where nothing is known."""
        answer = self._send("GET", f"/api/jobs/{job_id}/logs")
        return str(answer.json().get("logs") or "") if answer.is_success else ""

    def size(self) -> Size:
        """Resources of the living nodes in all."""
        answer = self._read(self._send("GET", "/api/v0/nodes"))
        nodes = [one for one in answer["data"]["result"]["result"] if one["state"] == "ALIVE"]
        totals = [one.get("resources_total") or {} for one in nodes]
        return Size(len(nodes), sum(t.get("CPU", 0) for t in totals), sum(t.get("GPU", 0) for t in totals))

    def _send(self, method: str, path: str, *, anonymous: bool = False, **more: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self._token}"} if self._token and not anonymous else {}
        try:
            return self._client.request(method, path, headers=headers, **more)
        except httpx.HTTPError as error:
            raise ClusterUnreachable(f"{type(error).__name__} at {self.address}") from None

    @staticmethod
    def _read(answer: httpx.Response) -> Any:
        try:
            return answer.raise_for_status().json()
        except (httpx.HTTPStatusError, ValueError):
            raise ClusterUnreachable(f"the cluster answered with HTTP {answer.status_code}") from None


def token_here() -> str:
    """Authentication token, from where Ray itself looks: RAY_AUTH_TOKEN, RAY_AUTH_TOKEN_PATH, ~/.ray/auth_token.

    Raises UserError for a file that is named and cannot be read.
    """
    if told := os.environ.get("RAY_AUTH_TOKEN", "").strip():
        return told
    named = os.environ.get("RAY_AUTH_TOKEN_PATH", "")
    path = Path(named) if named else Path.home() / ".ray" / "auth_token"
    try:
        return path.read_text().strip()
    except OSError:
        if named:
            raise UserError(f"RAY_AUTH_TOKEN_PATH names {named}, which cannot be read.") from None
        return ""
