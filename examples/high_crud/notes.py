"""Notes: what queries alone cannot do. Every other operation of the service is generated."""

from high_crud_server.crud import NotesCrud
from msgspec.structs import replace
from notes_api.dto import NewNote
from notes_api.responses import CreateNoteCreated

from katana.runtime import Ctx, NotFound, UnprocessableContent


class NotesController(NotesCrud):
    """Tags are kept in lower case, each once."""

    async def create_note(
        self, ctx: Ctx, notebook_id: int, body: NewNote
    ) -> CreateNoteCreated | NotFound | UnprocessableContent:
        tags = list(dict.fromkeys(tag.lower() for tag in body.tags))
        return await super().create_note(ctx, notebook_id, replace(body, tags=tags))
