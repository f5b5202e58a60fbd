"""The web: `gunicorn wsgi:app`."""

import gc

from portal.app import create_app

app = create_app()
gc.freeze()  # what is loaded stays: nobody looks through it for what may go, while serving or at the end
