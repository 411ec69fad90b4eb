"""The codes of services, controllers and the high layer.

In: nothing. Out: `SERVICES`, `CRUD`. Never: behaviour.
"""

from katana.diagnostics._code import Code

SERVICES: dict[str, Code] = {
    "api-with-two-controllers": Code("two classes implement one interface", "name one of them in `controllers`"),
    "api-without-controller": Code("no class implements an interface", "write the class that the message shows"),
    "bad-manifest": Code("not the manifest of a service", "see [the command](cli.md#katana-gen-service)"),
    "constructor-parameter-unknown": Code(
        "a constructor asks for something unknown", "name a repository, or give a default"
    ),
    "constructor-parameter-untyped": Code("a parameter of a constructor has no annotation", "annotate it"),
    "controller-construction": Code("a service cannot construct a controller", "correct its constructor"),
    "controller-not-found": Code("a controller that is named does not exist", "write `package.module:Class`"),
    "controller-syntax": Code("Python cannot read a controller", "correct the syntax"),
    "controller-without-api": Code("a controller implements no interface", "subclass one that the message offers"),
    "method-missing": Code("a controller lacks a method", "add the method that the message shows"),
    "method-not-async": Code("a method is a plain function", "write `async def`"),
    "method-parameters": Code(
        "a method takes other parameters than its operation", "write the signature that is shown"
    ),
    "method-untyped": Code("a method lacks annotations", "write the signature that is shown"),
    "migrations-collide": Code("two parts of a service have a migration of one number", "number them in one sequence"),
    "parameter-type": Code(
        "a parameter has another type than in the specification", "write the signature that is shown"
    ),
    "return-type": Code("a method declares other results than its operation", "write the signature that is shown"),
    "chosen-type": Code(
        "a Python type that was chosen for SQL is not there, or does not take the value",
        "correct the name, or choose a type that fits",
    ),
    "row-class": Code(
        "rows of a query cannot be of the class of the contract that it names",
        "select what its members need, or remove `-- row:`",
    ),
    "undeclared-query-problem": Code(
        "a method calls a query that answers an error with a status which its operation does not declare",
        "declare it as a problem, or catch the error",
    ),
    "undeclared-response": Code(
        "a method returns what its operation does not declare", "declare it, or return another"
    ),
}

CRUD: dict[str, Code] = {
    "crud-absent": Code("a query cannot tell null from absent", "write the CASE that is shown"),
    "crud-ambiguous": Code("an operation has more than one query", "name the query like the operation"),
    "crud-body": Code("an operation may be called without its body", "write `required: true`"),
    "crud-column": Code("a single value is answered by several columns", "select one"),
    "crud-command": Code(
        "a body is answered by a query that returns no row", "end it in `RETURNING ...`, or declare 204"
    ),
    "crud-cursor": Code("a page by cursor needs an order by one selected column", "write the ORDER BY that is shown"),
    "crud-enum": Code("an enum has other values in PostgreSQL", "give both the same values"),
    "crud-header": Code("nothing fills a header of the response", "write the controller by hand"),
    "crud-input": Code("a query does not use an input of its operation", "use it, or take it out of the specification"),
    "crud-member": Code("a row in a row is not what the contract says", "make both one object, or both a list"),
    "crud-null": Code("a query needs a value that may be missing", "annotate the parameter as nullable"),
    "crud-page": Code("a page has no length", "declare a parameter for it"),
    "crud-parameter": Code("nothing gives a parameter of the query its value", "name it like an input"),
    "crud-prefetch": Code("nothing loads a member that `x-katana-prefetch` names", "write `-- prefetch:` at the query"),
    "crud-query": Code("an operation has no query", "write the one that is shown"),
    "crud-range": Code("an integer may be larger than its column", "write `format: int64`, or a maximum"),
    "crud-response": Code("no query returns what an operation answers", "write the controller by hand"),
    "crud-type": Code("a value has another type in PostgreSQL", "change one of the two"),
}
