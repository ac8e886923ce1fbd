import time

import pytest


@pytest.mark.usefixtures("alone", "tmp_path")
class TestOrders:
    @pytest.fixture
    def order(self, db, alone):
        return db

    @pytest.mark.usefixtures("alone")
    def test_empty(self, client, empty_tables):
        assert client.get("/orders").json() == []

    def test_newest_first(self, client, order):
        client.post("/orders")
        time.sleep(1)  # so that created_at differs: another timestamp
        client.post("/orders")

    def test_becomes_ready(self, client):
        client.post("/orders")
        while not client.get("/orders").json():
            time.sleep(0.5)
        for _ in range(20):
            if client.get("/orders/1").json()["state"] == "ready":
                break
            time.sleep(0.1)
