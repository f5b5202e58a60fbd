"""How gunicorn serves the web, wherever it is started from here; its command line overrides."""

from pathlib import Path

from portal.platform.logging import dict_config
from portal.settings import load

MEMORY = Path("/dev/shm")  # noqa: S108 - gunicorn makes files of its own there
settings = load()

bind = f"0.0.0.0:{settings.port}"
workers = settings.web_processes
preload_app = True  # the processes share the program's memory
timeout = 60
graceful_timeout = 10
control_socket_disable = True
worker_tmp_dir = str(MEMORY) if MEMORY.is_dir() else None  # a heartbeat file must not wait for a disk
logconfig_dict = dict_config(settings.mode)
