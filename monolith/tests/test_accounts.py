import re

import pytest
from django.test import Client

from accounts.models import Address, User

pytestmark = pytest.mark.django_db


def test_a_newcomer_registers_and_is_logged_in(client: Client) -> None:
    form = {"username": "newcomer", "email": "new@example.com", "password1": "plum-tree-9", "password2": "plum-tree-9"}
    assert (
        client.post("/accounts/register/", form, headers={"accept-language": "de"})["Location"] == "/accounts/profile/"
    )
    assert client.get("/api/session/").json()["user"]["name"] == "newcomer"
    assert User.objects.get(username="newcomer").language == "de"


def test_a_registration_that_is_not_good_enough_is_explained(client: Client) -> None:
    form = {"username": "ada", "email": "no", "password1": "123", "password2": "124"}
    page = client.post("/accounts/register/", form).content.decode()
    assert page.count("errorlist") >= 3


def test_logging_in_leads_to_where_one_wanted_to_go_and_never_to_another_site(client: Client) -> None:
    form = {"username": "ada", "password": "ada-demo-password"}
    assert client.post("/accounts/login/", {**form, "next": "/orders/"})["Location"] == "/orders/"
    assert client.post("/accounts/login/", {**form, "next": "https://elsewhere.example/"})["Location"] == (
        "/accounts/profile/"
    )


def test_logging_out_is_a_post_and_ends_the_session(customer: Client) -> None:
    assert customer.get("/accounts/logout/").status_code == 405
    assert customer.post("/accounts/logout/")["Location"] == "/"
    assert customer.get("/api/session/").json()["user"] is None


def test_a_form_without_its_csrf_token_is_refused_and_with_it_taken() -> None:
    client = Client(enforce_csrf_checks=True)
    form = {"username": "ada", "password": "ada-demo-password"}
    assert client.post("/accounts/login/", form).status_code == 403
    token = re.search(r'csrfmiddlewaretoken" value="(\w+)"', client.get("/accounts/login/").content.decode())[1]
    assert client.post("/accounts/login/", {**form, "csrfmiddlewaretoken": token}).status_code == 302


def test_the_api_of_a_logged_in_user_asks_for_the_csrf_token_too(ada: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(ada)
    refused = client.patch("/api/profile/", {"first_name": "A"}, content_type="application/json")
    assert refused.status_code == 403
    client.get("/accounts/profile/")
    headers = {"x-csrftoken": client.cookies["csrftoken"].value}
    taken = client.patch("/api/profile/", {"first_name": "A"}, content_type="application/json", headers=headers)
    assert taken.json()["first_name"] == "A"


def test_the_profile_is_saved_and_a_wrong_one_explained(customer: Client, ada: User) -> None:
    form = {"first_name": "Augusta", "last_name": "King", "email": "augusta@example.com", "language": "de"}
    assert customer.post("/accounts/profile/", form).status_code == 302
    ada.refresh_from_db()
    assert (str(ada), ada.language) == ("Augusta King", "de")
    assert 'aria-invalid="true"' in customer.post("/accounts/profile/", {**form, "email": "no"}).content.decode()


def test_a_changed_password_is_the_one_to_log_in_with(customer: Client, client: Client) -> None:
    form = {"old_password": "ada-demo-password", "new_password1": "plum-tree-9", "new_password2": "plum-tree-9"}
    assert customer.post("/accounts/password/", form)["Location"] == "/accounts/password/done/"
    assert client.login(username="ada", password="plum-tree-9")
    assert not client.login(username="ada", password="ada-demo-password")


def test_there_is_one_default_address_and_it_is_inherited(customer: Client, ada: User) -> None:
    form = {"name": "A", "street": "B 1", "postal_code": "1", "city": "C", "country": "AT", "is_default": "on"}
    customer.post("/accounts/addresses/add/", form)
    added = Address.objects.get(user=ada, name="A")
    assert list(Address.objects.filter(user=ada, is_default=True)) == [added]
    customer.post(f"/accounts/addresses/{added.pk}/delete/")
    assert Address.objects.get(user=ada).is_default


def test_the_address_of_another_is_not_there(customer: Client) -> None:
    other = Address.objects.exclude(user__username="ada").first()
    assert customer.get(f"/accounts/addresses/{other.pk}/").status_code == 404
    assert customer.post(f"/accounts/addresses/{other.pk}/delete/").status_code == 404
