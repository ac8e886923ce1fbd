"""The web UI is served by the backend."""

import pytest

pytestmark = pytest.mark.integration


@pytest.mark.parametrize("path", ["/", "/timeline", "/alerts", "/settings"])
async def test_a_page_is_the_document(client, path):
    response = await client.get(path)

    assert response.status_code == 200
    assert response.headers["content-type"].startswith("text/html")
    assert '<script type="module" src="/static/js/app.js">' in response.text


async def test_scripts_are_served_as_scripts(client):
    response = await client.get("/static/js/app.js")

    assert response.status_code == 200
    assert "javascript" in response.headers["content-type"]


async def test_there_is_no_other_page(client):
    assert (await client.get("/cellar")).status_code == 404
