"""Sales as JSON."""

from django.utils import timezone
from rest_framework import permissions, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from reports import selectors


class MaySeeReports(permissions.BasePermission):
    def has_permission(self, request: Request, view: APIView) -> bool:
        return request.user.has_perm("reports.view_nightlyreport")


class SalesQuery(serializers.Serializer):
    days = serializers.IntegerField(min_value=1, max_value=366, default=30)
    until = serializers.DateField(required=False)


class SalesApi(APIView):
    """`?days=30&until=2025-01-31`; without `until`, up to the day of the newest order."""

    permission_classes = [MaySeeReports]

    def get(self, request: Request) -> Response:
        query = SalesQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        until = query.validated_data.get("until") or selectors.last_order_day() or timezone.now().date()
        sales = selectors.sales_by_day(until=until, days=query.validated_data["days"])
        return Response(
            [{"day": row.day.isoformat(), "orders": row.orders, "revenue": f"{row.revenue:.2f}"} for row in sales]
        )
