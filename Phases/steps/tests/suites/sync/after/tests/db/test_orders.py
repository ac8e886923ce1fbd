import pytest


@pytest.mark.usefixtures("tmp_path")
class TestOrders:
    @pytest.fixture
    def order(self, db):
        return db

    def test_empty(self, client):
        assert client.get("/orders").json() == []

    def test_newest_first(self, client, order):
        client.post("/orders")
        client.post("/orders")

    def test_becomes_ready(self, client, wait_until):
        client.post("/orders")
        wait_until(lambda: client.get("/orders").json())
        wait_until(lambda: client.get("/orders/1").json()["state"] == "ready")
