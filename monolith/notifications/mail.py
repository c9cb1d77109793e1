"""Mail to customers and staff, as text, in the reader's language."""

from typing import Any

from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.utils import translation


def send_template(*, name: str, to: list[str], language: str, context: dict[str, Any]) -> None:
    """Sends `templates/notifications/mail/<name>.txt`; its first line is the subject."""
    with translation.override(language):
        subject, _, body = render_to_string(f"notifications/mail/{name}.txt", context).strip().partition("\n")
    send_mail(subject=subject.strip(), message=body.strip() + "\n", from_email=None, recipient_list=to)
