from fastapi import Depends, FastAPI
from sqlalchemy.orm import Session

from shop.db import get_db

app = FastAPI()


@app.get("/orders")
def orders(db: Session = Depends(get_db)):
    return []
