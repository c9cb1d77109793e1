"""Reviews on pages, and their moderation."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from catalog.views import product_or_404
from reviews import selectors, services
from reviews.forms import ReviewForm

PAGE_SIZE = 10
FRAGMENT_SIZE = 3


@require_http_methods(["GET", "HEAD", "POST"])
def product_reviews(request: HttpRequest, slug: str) -> HttpResponse:
    product = product_or_404(slug)
    if request.method == "POST" and not request.user.is_authenticated:
        return redirect_to_login(request.path)
    form = ReviewForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.review_create(product=product, user=request.user, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(request, _("Thank you! Your review is shown once we have read it."))
            return redirect("reviews:product-reviews", slug=slug)
    page = Paginator(selectors.review_list(product_id=product.pk), PAGE_SIZE).get_page(request.GET.get("page"))
    page.numbers = list(page.paginator.get_elided_page_range(page.number))
    own = selectors.review_of_user(product_id=product.pk, user=request.user) if request.user.is_authenticated else None
    context = {"product": product, "page": page, "form": form, "own": own}
    return render(request, "reviews/product_reviews.html", context)


@require_safe
def product_reviews_fragment(request: HttpRequest, slug: str) -> HttpResponse:
    """The newest reviews without a page around them; the product's page loads it."""
    product = product_or_404(slug)
    return render(
        request,
        "reviews/fragment.html",
        {"product": product, "reviews": selectors.review_list(product_id=product.pk)[:FRAGMENT_SIZE]},
    )


@login_required
@permission_required("reviews.moderate_review", raise_exception=True)
@require_safe
def moderation(request: HttpRequest) -> HttpResponse:
    return render(request, "reviews/moderation.html", {"reviews": selectors.review_pending_list()[:50]})


@login_required
@permission_required("reviews.moderate_review", raise_exception=True)
@require_POST
def moderate(request: HttpRequest, pk: int) -> HttpResponse:
    review = selectors.review_get(review_id=pk)
    if review is None:
        raise Http404(f"No review {pk}")
    services.review_moderate(review=review, approve=request.POST.get("verdict") == "approve")
    messages.success(request, _("The review is dealt with."))
    return redirect("reviews:moderation")
