"""The codes of the OpenAPI front end: reading files, the standard, Katana's rules.

In: nothing. Out: `FILES`, `OPENAPI`. Never: behaviour.
"""

from katana.diagnostics._code import Code

FILES: dict[str, Code] = {
    "duplicate-key": Code("a key stands twice in one object", "remove one of the two, or merge them"),
    "empty-document": Code("the file is empty", "start with `openapi: 3.1.0`"),
    "encoding": Code("the file is not UTF-8", "save it as UTF-8"),
    "json-number": Code("a number that JSON cannot say, or of hundreds of digits", "write it as a string"),
    "json-syntax": Code("not JSON", "correct the text at the place that is shown"),
    "too-complex": Code(
        "one value would be checked by more schemas than there is time for", "refer to each schema once"
    ),
    "too-deep": Code("nested more than 100 levels deep", "give inner schemas a name and refer to them"),
    "too-large": Code("more than 64 MiB, 5 000 files or 5 million values", "split the API into several"),
    "unreadable-file": Code("the file does not exist or cannot be read", "check the path and the permissions"),
    "yaml-alias": Code(
        "an alias names no complete node before it", "move the anchor up; an alias cannot contain itself"
    ),
    "yaml-bomb": Code("aliases expand to more than 200 000 values", "share schemas with `$ref`"),
    "yaml-documents": Code("a second YAML document starts", "keep one document in a file"),
    "yaml-key": Code("a key is a mapping or a sequence", "write a plain or quoted word"),
    "yaml-merge-key": Code("merge keys (`<<`) are not YAML 1.2", "write the members out, or share them with `$ref`"),
    "yaml-scalar": Code("a word that YAML gives a value which JSON does not have", "quote it to make it a string"),
    "yaml-syntax": Code("not YAML", "correct the text at the place that is shown"),
    "yaml-tag": Code("a tag without meaning in JSON", "remove it"),
}

OPENAPI: dict[str, Code] = {
    "ambiguous-path": Code("two paths match the same requests", "put all methods under one of them"),
    "bad-callback": Code("the key of a callback is no URL with runtime expressions", "write `{$request.body#/url}`"),
    "bad-default": Code(
        "a default does not fit its own schema and is ignored", "write a value that the schema allows, or none", True
    ),
    "bad-event-schema": Code(
        "`itemSchema` of Server-Sent Events describes something else than an event",
        "describe an object with the members `event`, `data`, `id`, `retry`",
    ),
    "bad-extension": Code("the value of an `x-katana-*` member is wrong", "see `katana schema extensions`"),
    "bad-header-name": Code(
        "the name of a header has characters that HTTP does not allow", "use letters, digits and `-`"
    ),
    "bad-http-scheme": Code("not a name of an HTTP authentication scheme", "write `basic`, `bearer`, `digest`, ..."),
    "bad-id": Code("an `$id` has a fragment", "name a place in a schema by `$anchor`"),
    "bad-media-type": Code("a key of `content` is no media type", "write, for example, `application/json`"),
    "bad-method": Code("a key of `additionalOperations` is no method of its own", "write an upper-case token"),
    "bad-operation-id": Code("an `operationId` is empty", "name the operation, or leave the member out"),
    "bad-parameter-name": Code("no name, or one that HTTP does not allow there", "use letters, digits, `-` and `_`"),
    "bad-path": Code(
        "a path with unmatched braces, a query, a fragment, blanks, empty or dot segments, or a name twice",
        "write segments and `{names}` only",
    ),
    "bad-pattern": Code(
        "not a regular expression of ECMA-262, or one that takes too much memory", "correct or shorten it"
    ),
    "bad-runtime-expression": Code("not a runtime expression", "write, for example, `$response.body#/id`"),
    "body-not-allowed": Code("a TRACE request with a body", "use POST"),
    "body-without-meaning": Code("HTTP gives the body of a GET, HEAD or DELETE no meaning", "use POST", True),
    "discriminator-alone": Code(
        "a discriminator without `oneOf` or `anyOf` has no effect", "list the types it tells apart in `oneOf`", True
    ),
    "discriminator-inline": Code(
        "a discriminator cannot tell variants apart that are written inline",
        "move each variant to `components/schemas`",
        True,
    ),
    "discriminator-mapping": Code("a mapping leads to none of the variants", "name a variant of this union"),
    "duplicate-anchor": Code("two schemas have the same anchor", "give each an anchor of its own"),
    "duplicate-enum": Code("a value of an `enum` is given twice", "remove one", True),
    "duplicate-id": Code("two schemas have the same `$id`", "give each an `$id` of its own"),
    "duplicate-media-type": Code(
        "two media types differ only in their parameters", "keep one: parameters do not tell media types apart"
    ),
    "duplicate-operation-id": Code("two operations have the same `operationId`", "make it unique"),
    "duplicate-parameter": Code("a parameter is listed twice", "remove one"),
    "empty-enum": Code("an `enum` without values allows nothing", "list at least one value"),
    "empty-range": Code("a lower bound above the upper one allows nothing", "swap them"),
    "endless-path": Code("a path contains itself through a callback", "let the callback end elsewhere"),
    "endless-schema": Code(
        "a schema leads back to itself for the same value, so it can never be decided",
        "let it refer to itself through a property or an item",
    ),
    "foreign-link": Code(
        "a link leads to an operation of another document and is left out", "name one of this one", True
    ),
    "ignored-body": Code(
        "the body of a GET or HEAD is ignored in OpenAPI 3.0", "use POST, query parameters, or OpenAPI 3.1", True
    ),
    "ignored-content": Code("the content of a response 204, 205 or 304 is ignored", "use 200, or remove it", True),
    "ignored-header": Code(
        "a parameter `Accept`, `Content-Type` or `Authorization` is ignored",
        "use the media types of `content`, or a security scheme",
        True,
    ),
    "insecure-url": Code("keys of a security scheme would come over plain HTTP", "write an https URL", True),
    "invalid-openapi": Code("the document breaks the standard", "write what the message says is allowed there"),
    "misplaced-item-schema": Code("`itemSchema` of a media type that is no sequence", "use `schema`"),
    "misplaced-examples": Code("examples where a media type is meant are ignored", "move them below it", True),
    "misplaced-extension": Code("an `x-katana-*` member that is not at an operation", "move it below get, post, ..."),
    "missing-type": Code("without `type`, a keyword lets every value of other types pass", "add `type`", True),
    "no-content": Code("a request body without media type", "add one to `content`"),
    "no-responses": Code("an operation without responses", "describe at least the success"),
    "not-openapi": Code("the root is no object with a member `openapi`", "start with `openapi: 3.1.0`"),
    "nullable-enum": Code("`nullable` beside an `enum` without null allows no null", "add null to `enum`", True),
    "nullable-without-type": Code("`nullable` has no effect without `type`", "add `type`", True),
    "overlapping-paths": Code(
        "two paths match some requests both", "know that the one with the concrete segment further left wins", True
    ),
    "policy-without-effect": Code(
        "nothing in this version acts on a policy", "leave it out, or keep it for a version that does", True
    ),
    "read-only-write-only": Code("a value is both `readOnly` and `writeOnly`", "remove one of the two"),
    "ref-chain": Code("more than 50 references in a row", "refer to the object itself"),
    "ref-cycle": Code("a reference leads back to itself", "let one of them be an object"),
    "ref-kind": Code("a reference leads to an object of another kind", "refer to the section that the message names"),
    "ref-refused": Code(
        "a reference to a URL, an absolute path, or with `\\`",
        "keep a copy beside the file, and refer by a relative path",
    ),
    "ref-siblings": Code(
        "OpenAPI 3.0 ignores everything beside `$ref`", "put the reference into `allOf`, or write OpenAPI 3.1", True
    ),
    "ref-unresolved": Code("a reference leads nowhere", "correct the file, the pointer, or the anchor"),
    "shared-querystring": Code(
        "a parameter is the whole query, and there are others", "make them members of its schema"
    ),
    "unchecked-content": Code(
        "the schema of a body that is no JSON and no form is not checked: it is text or octets",
        "say `type: string`, and describe the structure in words",
        True,
    ),
    "unchecked-sequence": Code(
        "a rule about a whole sequence is not checked, because its elements are handled one by one",
        "say it in the description",
        True,
    ),
    "unchecked-xml": Code(
        "the schema of an XML body is not checked: the controller gets and gives text",
        "say `type: string`, and describe the structure in words",
        True,
    ),
    "undeclared-callback-source": Code(
        "the URL of a callback comes from a part of the request that is not declared", "declare it", True
    ),
    "undeclared-path-parameter": Code("a name in a path is not declared", "add a parameter with `in: path`"),
    "undeclared-responses": Code(
        "an operation without `responses`, which OpenAPI 3.1 allows, answers 204", "describe at least the success", True
    ),
    "unknown-callback-url": Code("the key of a callback is no URL", "give the URL with each request", True),
    "unknown-extension": Code("there is no such `x-katana-*` member", "see `katana schema extensions`"),
    "unknown-format": Code("a format is nearly a known one, and checks nothing", "correct the spelling", True),
    "unknown-http-scheme": Code("an HTTP authentication scheme is not registered", "correct the spelling", True),
    "unknown-keyword": Code(
        "a member of a schema means nothing", "correct the spelling; own names start with `x-`", True
    ),
    "unknown-link-parameter": Code("a link sets a parameter that its operation does not have", "name one that it has"),
    "unknown-operation": Code("a link names an operation that does not exist", "name an `operationId` of the document"),
    "unknown-path-parameter": Code("a path parameter is not in the path", "put it there in braces"),
    "unknown-prefetch": Code(
        "`x-katana-prefetch` names no member of what the operation answers with", "name an object and its member"
    ),
    "unknown-security-scheme": Code("a security scheme is not declared", "declare it in `components/securitySchemes`"),
    "unsupported-dynamic-ref": Code(
        "what a `$dynamicRef` leads to depends on more than a build can know", "use `$ref`, or fewer dynamic anchors"
    ),
    "unsupported-item-schema": Code("a multipart body as a sequence of parts", "use `multipart/form-data`"),
    "unsupported-path-item-siblings": Code(
        "something beside the `$ref` of a path could contradict it", "move it to where the reference leads"
    ),
    "unsupported-version": Code("not OpenAPI 3.0, 3.1 or 3.2", "convert the document"),
}
