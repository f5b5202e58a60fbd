"""The control pages: `gunicorn benchmarks.controls.wsgi:app`."""

from __future__ import annotations

from flask import Flask

from benchmarks.controls import bare, idiomatic

app = Flask(__name__)
app.register_blueprint(bare.blueprint)
app.register_blueprint(idiomatic.blueprint)
