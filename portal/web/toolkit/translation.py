"""Sentences of the templates in the reader's language: `_('Sign out')`, `_('%(name)s left', name=name)`.

Catalogues lie in translations/<language>/LC_MESSAGES/messages.mo; without one the template's English stands.
A percent sign is only special in a sentence that is given values; values are escaped, sentences too.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from babel.support import NullTranslations, Translations
from flask import Flask
from markupsafe import Markup, escape

from portal.web.toolkit.formatting import reader_locale

CATALOGUES = Path(__file__).resolve().parents[3] / "translations"


@lru_cache(maxsize=32)
def catalogue(locale: str) -> NullTranslations:
    """The catalogue of a locale or its language; an empty one when there is none."""
    return Translations.load(CATALOGUES, [locale, locale.partition("_")[0]])


def gettext(message: str, **values: object) -> str | Markup:
    """`message` in the reader's language, with `values` in the places of `%(name)s`."""
    text = catalogue(reader_locale()).ugettext(message)
    return escape(text) % values if values else text


def ngettext(singular: str, plural: str, num: int, **values: object) -> str | Markup:
    """The form of the message that fits `num`, which is also the value `%(num)s`."""
    text = catalogue(reader_locale()).ungettext(singular, plural, num)
    return escape(text) % {"num": num, **values}


def init_app(app: Flask) -> None:
    """Adds `_`, gettext, ngettext and {% trans %} to the templates."""
    app.jinja_env.add_extension("jinja2.ext.i18n")
    install = app.jinja_env.install_gettext_callables  # type: ignore[attr-defined]  # the extension adds it
    install(gettext, ngettext, newstyle=False)
    app.jinja_env.globals["_"] = gettext  # the extension's own looks the function up anew at each call
