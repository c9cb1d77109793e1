"""Keeps the samples of a batch that there is a place for."""

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Exists, OuterRef

from strangler_proxy.control.documents import pack
from strangler_proxy.control.ids import Ids
from strangler_proxy.control.models import GroupSample, Sample
from strangler_proxy.control.sampling import place_for
from strangler_proxy.control.tally import Tally
from strangler_proxy.control.upsert import AT_ONCE, chunks


@dataclass(slots=True)
class _Link:
    """That a group has a sample; `id` is None while it is new."""

    id: int | None
    at: float
    sample: Sample


def keep(alias: str, sums: Tally, ids: Ids, limit: int) -> None:
    """Stores those samples that some group wants, each once, and removes those that no group wants any more."""
    if not sums.shown:
        return
    kept = _links(alias, set(ids.groups.values()))
    dropped: list[_Link] = []
    wanted: dict[int, Sample] = {}
    for index, (one, epoch_key, keys) in enumerate(sums.shown):
        epoch = ids.epochs[epoch_key]
        for group in sorted({ids.groups[epoch, key] for key in keys}):
            links = kept[group]
            place = place_for(one.at, [link.at for link in links], limit)
            if place is None:
                continue
            if place.instead_of is not None:
                dropped.append(links.pop(place.instead_of))
            if index not in wanted and one.sample is not None:
                document = pack(one.sample)
                wanted[index] = Sample(epoch_id=epoch, at=one.at, document=document, size=len(document))
            links.append(_Link(None, one.at, wanted[index]))
            links.sort(key=lambda link: link.at)
    _write(alias, kept, dropped)


def _links(alias: str, groups: set[int]) -> defaultdict[int, list[_Link]]:
    """The samples that each group has, oldest first."""
    found: defaultdict[int, list[_Link]] = defaultdict(list)
    for some in chunks(iter(groups), AT_ONCE):
        rows = GroupSample.objects.using(alias).filter(group__in=some).order_by("sample__at", "id")
        for id_, group, sample, at in rows.values_list("id", "group", "sample", "sample__at"):
            found[group].append(_Link(id_, at, Sample(id=sample, at=at)))
    return found


def _write(alias: str, kept: dict[int, list[_Link]], dropped: list[_Link]) -> None:
    gone = [link for link in dropped if link.id is not None]
    for some in chunks(iter(gone), AT_ONCE):
        GroupSample.objects.using(alias).filter(id__in=[link.id for link in some])._raw_delete(alias)
    new = [(group, link) for group, links in kept.items() for link in links if link.id is None]
    samples = {id(link.sample): link.sample for _, link in new}
    for sample in samples.values():
        sample.save(using=alias, force_insert=True)
    rows = [GroupSample(group_id=group, sample_id=link.sample.pk) for group, link in new]
    GroupSample.objects.using(alias).bulk_create(rows, batch_size=AT_ONCE)
    for some in chunks(iter(gone), AT_ONCE):
        unwanted = Sample.objects.using(alias).filter(id__in=[link.sample.pk for link in some])
        unwanted.exclude(Exists(GroupSample.objects.using(alias).filter(sample=OuterRef("pk"))))._raw_delete(alias)
