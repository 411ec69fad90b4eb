"""FastAPI on uvicorn (uvloop, httptools): what most teams would reach for."""

import sys
from datetime import datetime
from typing import Annotated

import uvicorn
from fastapi import FastAPI, Path, Response
from pydantic import BaseModel, Field

from perf.peers.contract import CREATED, EMAIL

app = FastAPI()


class NewUser(BaseModel):
    name: Annotated[str, Field(min_length=1, max_length=100)]
    email: Annotated[str, Field(max_length=254, pattern=f"^{EMAIL}$")]
    bio: Annotated[str, Field(max_length=2000)] | None = None
    age: Annotated[int, Field(ge=0, le=150)] | None = None


class User(BaseModel):
    id: int
    name: str
    email: str
    bio: str | None
    age: int | None
    created_at: datetime


@app.get("/users/{user_id}")
async def get_user(user_id: Annotated[int, Path(ge=1)]) -> User:
    """Get one user."""
    return User(id=user_id, name="Ada Lovelace", email="ada@example.com", bio=None, age=36, created_at=CREATED)


@app.post("/users", status_code=201)
async def create_user(body: NewUser, response: Response) -> User:
    """Create a user."""
    response.headers["Location"] = "/users/1"
    return User(id=1, name=body.name, email=body.email, bio=body.bio, age=body.age, created_at=CREATED)


if __name__ == "__main__":
    uvicorn.run(
        app,
        host="127.0.0.1",
        port=int(sys.argv[1]),
        loop="uvloop",
        http="httptools",
        log_level="error",
        access_log=False,
        timeout_keep_alive=75,  # as katana's, or the first idle connections were closed before the last are made
    )
