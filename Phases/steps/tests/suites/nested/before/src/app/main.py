from fastapi import FastAPI


def create_app(url: str) -> FastAPI:
    return FastAPI()
