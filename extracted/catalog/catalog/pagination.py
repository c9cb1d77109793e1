"""Pages of the JSON API: `count`, absolute `next` and `previous`, `results`."""

from rest_framework import pagination


class PageNumberPagination(pagination.PageNumberPagination):
    """20 items a page, up to 100 by `?page_size=`."""

    page_size = 20
    page_size_query_param = "page_size"
    max_page_size = 100
