from __future__ import annotations

import pytest
from flask import Flask


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("{{ _('Sign out') }}", "Sign out"),
        ("{{ _('10% and 20%') }}", "10% and 20%"),
        ("{{ _('R & D') }}", "R &amp; D"),
        ("{{ _('%(name)s left', name='<b>') }}", "&lt;b&gt; left"),
        ("{{ ngettext('%(num)s row', '%(num)s rows', 1) }}", "1 row"),
        ("{{ ngettext('%(num)s row', '%(num)s rows', 5) }}", "5 rows"),
        ("{% trans name='A & B' %}Hello {{ name }}{% endtrans %}", "Hello A &amp; B"),
    ],
)
def test_sentences_are_escaped_and_take_values(site: Flask, source: str, text: str) -> None:
    with site.test_request_context():
        assert site.jinja_env.from_string(source).render() == text
