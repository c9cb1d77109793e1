"""The user as JSON."""

from rest_framework import serializers
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import services
from accounts.models import User
from cart.selectors import cart_count
from notifications.selectors import notification_unread_count


class ProfileSerializer(serializers.ModelSerializer):
    class Meta:
        model = User
        fields = ["username", "first_name", "last_name", "email", "language", "date_joined"]
        read_only_fields = ["username", "date_joined"]


class SessionApi(APIView):
    """What the head of each page shows: who is logged in, and how many things are in the cart. Never cached."""

    permission_classes = [AllowAny]

    def get(self, request: Request) -> Response:
        user = request.user if request.user.is_authenticated else None
        body = {
            "user": {"name": str(user), "is_staff": user.is_staff} if user else None,
            "cart_count": cart_count(session=request.session),
            "unread_notifications": notification_unread_count(user=user) if user else 0,
        }
        return Response(body, headers={"Cache-Control": "private, no-store"})


class ProfileApi(APIView):
    permission_classes = [IsAuthenticated]

    def get(self, request: Request) -> Response:
        return Response(ProfileSerializer(request.user).data)

    def patch(self, request: Request) -> Response:
        serializer = ProfileSerializer(request.user, data=request.data, partial=True)
        serializer.is_valid(raise_exception=True)
        services.user_update(user=request.user, **serializer.validated_data)
        return Response(ProfileSerializer(request.user).data)
