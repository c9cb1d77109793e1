"""Small Django projects, each with one thing that a walk of the URLconf gets wrong when it is done carelessly.

Each is a mapping of file name → text, written into a folder by `write_project`.
"""

from collections.abc import Mapping
from pathlib import Path
from textwrap import dedent

Files = Mapping[str, str]

MANAGE = """
    import os
    import sys

    if __name__ == "__main__":
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings")
        from django.core.management import execute_from_command_line

        execute_from_command_line(sys.argv)
"""

SETTINGS = """
    SECRET_KEY = "x"
    ALLOWED_HOSTS = ["shop.example"]
    ROOT_URLCONF = "urls"
    MIDDLEWARE = ["django.middleware.locale.LocaleMiddleware", "django.middleware.common.CommonMiddleware"]
    LANGUAGE_CODE = "en"
    LANGUAGES = [("en", "English"), ("de", "Deutsch"), ("fr", "Français")]
    USE_I18N = True
    INSTALLED_APPS = []
"""

VIEWS = """
    from django.http import HttpResponse
    from django.views import View
    from django.views.decorators.http import require_GET, require_POST, require_http_methods

    def anything(request, *args, **kwargs):
        return HttpResponse("anything")

    def other(request, *args, **kwargs):
        return HttpResponse("other")

    @require_GET
    def only_get(request):
        return HttpResponse("got")

    @require_POST
    def only_post(request):
        return HttpResponse("posted")

    @require_http_methods(["GET", "PUT", "DELETE"])
    def several(request):
        return HttpResponse("several")

    class Reading(View):
        def get(self, request, *args, **kwargs):
            return HttpResponse("read")

    class Narrowed(Reading):
        http_method_names = ["get", "options"]

    class Dispatching(View):
        def dispatch(self, request, *args, **kwargs):
            return HttpResponse("dispatched")

    class MadeInSetup(View):
        def setup(self, request, *args, **kwargs):
            super().setup(request, *args, **kwargs)
            self.get = other

    class MadeOnDemand(Reading):
        def __getattr__(self, name):
            if name == "post":
                return other
            raise AttributeError(name)
"""


def project(urls: str, *, settings: str = "", **more: str) -> Files:
    """A project with the given URLconf, and what it has beside the usual settings and views."""
    files = {
        "manage.py": MANAGE,
        "settings.py": f"{dedent(SETTINGS)}{dedent(settings)}",
        "views.py": VIEWS,
        "urls.py": urls,
    }
    return {**files, **{name.replace("__", "/") + ".py": text for name, text in more.items()}}


def write_project(folder: Path, files: Files) -> Path:
    """Write the files of a project below `folder`, and return it."""
    for name, text in files.items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(dedent(text), encoding="utf-8")
    return folder


REGEXES = project(
    r"""
    from django.urls import include, path, re_path

    import views

    month = re_path(r"^(\d{2})/$", views.other, name="month")
    numbers = ([month, re_path("(a|b)/end$", views.anything, name="end")], "numbers")
    urlpatterns = [
        re_path(r"^articles/(\d{4})/$", views.anything, name="year"),
        re_path(r"^articles/(\d{4})/", include(numbers)),
        re_path(r"loose/(?P<slug>[\w-]+)/", include([re_path(r"inner/(?P<slug>\w+)", views.other, name="loose")])),
        re_path(r"(?i)^shout/$", views.anything, name="shout"),
        re_path(r"^twin/(\w)\1/", include([re_path(r"^(\d)\1$", views.anything, name="twin")])),
        re_path(r"^(?:one|two)|^three/", include([path("x.y/", views.anything, name="choice")])),
        re_path(r"^lost/$", include([path("", views.anything, name="empty"), path("never/", views.anything)])),
        re_path(r"^prefix", views.only_get, name="prefix"),
        path("a/<int:pk>/", include([path("b/<slug:pk>/", views.anything, name="same-name")])),
        path("files (old)/<path:rest>", views.anything, name="files"),
    ]
    """
)

METHODS = project(
    """
    from django.urls import path

    import views

    urlpatterns = [
        path("get/", views.only_get),
        path("post/", views.only_post),
        path("several/", views.several),
        path("class/", views.Reading.as_view()),
        path("narrowed/", views.Narrowed.as_view()),
        path("anything/", views.anything),
        path("dispatching/", views.Dispatching.as_view()),
        path("made-in-setup/", views.MadeInSetup.as_view()),
        path("made-on-demand/", views.MadeOnDemand.as_view()),
        path("nothing/", views.View.as_view()),
    ]
    """
)


def languages(prefix_default: bool, settings: str = "") -> Files:
    """A project in three languages, with a translated path below the prefix and one outside of it."""
    return project(
        f"""
        from django.conf.urls.i18n import i18n_patterns
        from django.urls import include, path, re_path
        from django.utils.functional import lazy
        from django.utils.translation import get_language

        import views

        def word():
            return {{"de": "ueber/", "fr": "a-propos/"}}.get(get_language(), "about/")

        translated = lazy(word, str)()
        urlpatterns = [
            path("plain/", views.anything, name="plain"),
            *i18n_patterns(
                path("shop/<slug:slug>/", views.anything, name="shop"),
                re_path(r"^old/(\\d+)/$", views.other, name="old"),
                path("info/", include([path(translated, views.Reading.as_view(), name="about")])),
                prefix_default_language={prefix_default},
            ),
            path(translated, views.other, name="outside"),
            path("<slug:anything>/shop/<slug:slug>/", views.other, name="any-shop"),
        ]
        """,
        settings=settings,
    )


NO_LOCALE_MIDDLEWARE = 'MIDDLEWARE = ["django.middleware.common.CommonMiddleware"]\n'
"""Settings with which every request is in the default language."""


CONVERTERS = project(
    """
    from django.urls import include, path, re_path, register_converter

    import views

    class Year:
        regex = "[0-9]{4}"

        def to_python(self, value):
            return int(value)

        def to_url(self, value):
            return str(value)

    register_converter(Year, "year")
    register_converter(Year, "unused")
    urlpatterns = [
        path("archive/<year:year>/", views.anything, name="archive"),
        re_path(r"^old/", include([path("<year:year>/<int:day>/", views.anything, name="old")])),
    ]
    """
)

CONVERTER_NAMES = project(
    """
    from django.urls import path, register_converter
    from django.urls.converters import IntConverter

    import views

    class Year(IntConverter):
        regex = "[0-9]{4}"

    for name in ("4digits", "jahr.zahl", "größe"):
        register_converter(Year, name)
    urlpatterns = [
        path("a/<4digits:year>/", views.anything, name="digits"),
        path("b/<jahr.zahl:year>/", views.anything, name="dotted"),
        path("c/<größe:year>/", views.anything, name="umlaut"),
    ]
    """
)

REFUSING = project(
    """
    from django.urls import path, register_converter
    from django.urls.converters import SlugConverter

    import views

    class Hash(SlugConverter):
        def to_python(self, value):
            if not value.startswith("h"):
                raise ValueError
            return value

    class Word(SlugConverter):
        pass

    register_converter(Hash, "hash")
    register_converter(Word, "word")
    urlpatterns = [
        path("x/<hash:key>/", views.only_get, name="by-hash"),
        path("x/<slug:key>/", views.other, name="by-slug"),
        path("y/<word:key>/", views.only_get, name="by-word"),
        path("y/<slug:key>/", views.other, name="never"),
    ]
    """
)

OWN_CLASSES = project(
    """
    import re

    from django.urls import path
    from django.urls.resolvers import CheckURLMixin, RoutePattern, URLPattern, URLResolver

    import views

    class AnyCase(RoutePattern):
        def match(self, path):
            found = re.search(self.regex.pattern, path, re.IGNORECASE)
            return (path[found.end():], (), found.groupdict()) if found else None

    class ByCode(CheckURLMixin):
        converters = {}
        name = None

        def match(self, path):
            return (path[3:], (), {}) if path.startswith("by/") else None

    urlpatterns = [
        URLPattern(AnyCase("any/<slug:case>/", is_endpoint=True), views.anything, name="any-case"),
        URLResolver(ByCode(), [path("code/", views.anything, name="by-code")]),
        path("plain/", views.other, name="plain"),
    ]
    """
)

REST = project(
    """
    from django.urls import include, path
    from rest_framework.decorators import api_view
    from rest_framework.response import Response
    from rest_framework.routers import DefaultRouter
    from rest_framework.viewsets import ViewSet
    from rest_framework.decorators import action

    class Books(ViewSet):
        def list(self, request, format=None):
            return Response([])

        def create(self, request, format=None):
            return Response({})

        def retrieve(self, request, pk, format=None):
            return Response({})

        @action(detail=True, methods=["post"])
        def lend(self, request, pk, format=None):
            return Response({})

    @api_view(["GET"])
    def ping(request):
        return Response({})

    router = DefaultRouter()
    router.register("books", Books, basename="book")
    modern = DefaultRouter(use_regex_path=False)
    modern.register("papers", Books, basename="paper")
    urlpatterns = [
        path("api/", include(router.urls)),
        path("v2/", include((modern.urls, "v2"))),
        path("ping/", ping, name="ping"),
    ]
    """,
    settings="""
    INSTALLED_APPS = ["django.contrib.contenttypes", "django.contrib.auth", "rest_framework"]
    """,
)

CATCH_ALL = project(
    """
    from django.conf import settings
    from django.conf.urls.static import static
    from django.urls import path, re_path

    import views

    urlpatterns = [
        path("page/", views.only_get, name="page"),
        path("page/", views.other, name="page-again"),
        path("post/<slug:slug>/", views.Reading.as_view(), name="post"),
        path("post/new/", views.only_post, name="post-new"),
        path("tail/", views.Reading.as_view(), name="tail"),
        *static("/media/", document_root="/nowhere"),
        re_path(r"^(?P<anything>.*)$", views.other, name="fallback"),
        path("late/", views.anything, name="late"),
    ]
    """,
    settings="""
    DEBUG = True
    APPEND_SLASH = False
    """,
)

TALKATIVE = {
    **project(
        """
        import views
        from django.urls import path

        print('{"error": 1}')
        urlpatterns = [path("a/", views.anything)]
        """
    ),
    "settings.py": "import sys\nprint('loading')\nprint('noise', file=sys.stderr)\n" + dedent(SETTINGS),
}

SPLIT = {
    "project/manage.py": """
        import os
        import sys
        from pathlib import Path

        if __name__ == "__main__":
            sys.path.append(str(Path(__file__).parent / "apps"))
            os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.local")
            os.environ.setdefault("ODD_SECRET", "from manage.py")
            from django.core.management import execute_from_command_line

            execute_from_command_line(sys.argv)
    """,
    "project/config/__init__.py": "",
    "project/config/settings/__init__.py": "",
    "project/config/settings/base.py": f"import os\n{dedent(SETTINGS)}\nSECRET_KEY = os.environ['ODD_SECRET']\n",
    "project/config/settings/local.py": """
        from .base import *

        ROOT_URLCONF = "config.urls"
        INSTALLED_APPS = ["news"]
    """,
    "project/config/urls.py": """
        from django.urls import include, path

        urlpatterns = [path("news/", include("news.urls"))]
    """,
    "project/apps/news/__init__.py": "",
    "project/apps/news/views.py": VIEWS,
    "project/apps/news/urls.py": """
        from django.urls import path

        from news import views

        app_name = "news"
        urlpatterns = [path("", views.Reading.as_view(), name="index")]
    """,
    "node_modules/tool/manage.py": "import django",
    ".venv-old/manage.py": "import django",
}

BROKEN = project(
    """
    import a_library_that_nobody_has

    urlpatterns = []
    """
)

STUCK = project("urlpatterns = []\n", settings="import time\ntime.sleep(60)\n")

THREADED = project(
    """
    import threading
    import time

    from django.urls import path

    import views

    threading.Thread(target=time.sleep, args=(60,)).start()
    urlpatterns = [path("a/", views.anything)]
    """
)

ENDING = project("urlpatterns = []\n", settings="import os\nos._exit(3)\n")
