"""How the embedded PostgreSQL is set up: for a small machine, and without values in its log."""

from __future__ import annotations

from collections.abc import Mapping

from app.database.roles import SUPERUSER

LOGS_NO_VALUES: Mapping[str, str] = {
    # An ERROR repeats what could not be read (`invalid input syntax for ...`). Only the client needs that.
    "log_min_messages": "log",
    # No DETAIL (it holds keys, rows, and the statement of a process that crashed), no CONTEXT, no QUERY.
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
    "log_statement": "none",
    "log_min_duration_statement": "-1",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
}
SETTINGS: Mapping[str, str] = {
    **LOGS_NO_VALUES,
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "50",
    "shared_buffers": "256MB",  # a small machine has 2 to 4 GB; PostgreSQL's own default is 128MB
    "effective_cache_size": "1GB",
    "work_mem": "16MB",
    "maintenance_work_mem": "64MB",
    "max_wal_size": "1GB",
    "checkpoint_timeout": "15min",
    "wal_compression": "on",
    "max_wal_senders": "0",
    "max_logical_replication_workers": "0",
    "fsync": "on",
    "full_page_writes": "on",
    "synchronous_commit": "on",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] ",
    "logging_collector": "off",
    "password_encryption": "scram-sha-256",
    "allow_alter_system": "off",
    "cluster_name": "clearpoint",
}
INITDB = (
    "--auth=scram-sha-256",
    f"--username={SUPERUSER}",
    "--encoding=UTF8",
    "--locale=C",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--data-checksums",
    "--no-instructions",
)
