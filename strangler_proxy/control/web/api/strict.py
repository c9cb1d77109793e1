"""A page's view as the API has it: what was asked must be what can be asked."""

import functools
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from strangler_proxy.control.errors import BadRequest
from strangler_proxy.control.web.api.asked import must_fit
from strangler_proxy.control.web.api.operations import OPERATIONS
from strangler_proxy.control.web.failures import failure_page

FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
View = Callable[..., HttpResponse]


def strict(view: View, name: str) -> View:
    """The view of the page called `name`, for programs. Who is not known is told that before anything else."""
    operation = OPERATIONS[name]
    methods = ("GET", "HEAD", *(("POST",) if operation.write else ()))

    @functools.wraps(view)
    def checked(request: HttpRequest, **values: object) -> HttpResponse:
        if request.method not in methods:
            error = BadRequest(f"{request.method} is not possible here.", remedy=f"It takes {', '.join(methods)}.")
            answer = failure_page(request, (error.fields,), 405)
            answer.headers["Allow"] = ", ".join(methods)
            return answer
        if request.user.is_authenticated:
            if request.method == "POST" and operation.write:
                if request.content_type and request.content_type not in FORMS:
                    error = BadRequest(f"The body is no form but {request.content_type}.", remedy=f"Send {FORMS[0]}.")
                    return failure_page(request, (error.fields,), 415)
                must_fit(dict(request.GET.lists()), {})
                must_fit(dict(request.POST.lists()), operation.write.form, operation.write.needed)
            else:
                must_fit(dict(request.GET.lists()), operation.query)
        return view(request, as_json=True, **values)

    return checked
