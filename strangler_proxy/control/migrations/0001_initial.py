"""The first tables."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="AuditEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("when", models.DateTimeField(db_index=True)),
                ("who", models.CharField(max_length=200)),
                ("what", models.CharField(max_length=50)),
                ("route", models.CharField(blank=True, db_index=True, max_length=200)),
                ("before", models.JSONField(null=True)),
                ("after", models.JSONField(null=True)),
                ("why", models.TextField(blank=True)),
                ("forced", models.BooleanField(default=False)),
                ("evidence", models.JSONField(null=True)),
                ("step", models.CharField(max_length=100, null=True, unique=True)),
            ],
            options={
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="Leadership",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("holder", models.CharField(max_length=200)),
                ("until", models.FloatField()),
                ("term", models.BigIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="Walk",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("route", models.CharField(max_length=200, unique=True)),
                ("number", models.IntegerField(default=1)),
                ("step", models.IntegerField(default=0)),
                ("step_since", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("walking", "Walking"),
                            ("paused", "Paused"),
                            ("arrived", "Arrived"),
                            ("rolled-back", "Rolled Back"),
                        ],
                        default="walking",
                        max_length=20,
                    ),
                ),
                ("began_by", models.CharField(max_length=200)),
                ("why", models.TextField(blank=True)),
                ("notes", models.JSONField(default=dict)),
            ],
        ),
        migrations.CreateModel(
            name="Epoch",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("route", models.CharField(max_length=200)),
                ("name", models.CharField(max_length=100)),
                ("comparisons", models.BigIntegerField(default=0)),
                ("asked_twice", models.BigIntegerField(default=0)),
                ("first_seen", models.FloatField()),
                ("last_seen", models.FloatField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["last_seen"], name="strangler_epoch_age"),
                    models.Index(fields=["route", "last_seen"], name="strangler_epoch_newest"),
                ],
                "constraints": [models.UniqueConstraint(fields=("route", "name"), name="strangler_epoch_once")],
            },
        ),
        migrations.CreateModel(
            name="Group",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("path", models.CharField(max_length=500)),
                ("kind", models.CharField(max_length=10)),
                ("count", models.BigIntegerField(default=0)),
                ("asked_count", models.BigIntegerField(default=0)),
                ("noise_count", models.BigIntegerField(default=0)),
                ("first_seen", models.FloatField()),
                ("last_seen", models.FloatField()),
                (
                    "epoch",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.CASCADE, to="strangler.epoch"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="IgnoreUse",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("rule", models.CharField(max_length=500)),
                ("count", models.BigIntegerField(default=0)),
                (
                    "epoch",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.CASCADE, to="strangler.epoch"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Intake",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("connection", models.CharField(max_length=100)),
                ("route", models.CharField(max_length=200)),
                ("count", models.BigIntegerField(default=0)),
                ("last_seen", models.FloatField()),
            ],
            options={
                "indexes": [models.Index(fields=["last_seen"], name="strangler_intake_age")],
                "constraints": [models.UniqueConstraint(fields=("connection", "route"), name="strangler_intake_once")],
            },
        ),
        migrations.CreateModel(
            name="LatencyCount",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("is_candidate", models.BooleanField()),
                ("bucket", models.IntegerField()),
                ("count", models.BigIntegerField(default=0)),
                (
                    "epoch",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.CASCADE, to="strangler.epoch"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="LeftCount",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("route", models.CharField(max_length=200)),
                ("hour", models.IntegerField()),
                ("reason", models.CharField(max_length=20)),
                ("count", models.BigIntegerField(default=0)),
            ],
            options={
                "indexes": [models.Index(fields=["hour"], name="strangler_left_age")],
                "constraints": [
                    models.UniqueConstraint(fields=("route", "hour", "reason"), name="strangler_left_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Sample",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.FloatField()),
                ("document", models.BinaryField()),
                ("size", models.IntegerField()),
                ("epoch", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="strangler.epoch")),
            ],
        ),
        migrations.CreateModel(
            name="GroupSample",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "group",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.CASCADE, to="strangler.group"
                    ),
                ),
                ("sample", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="strangler.sample")),
            ],
        ),
        migrations.CreateModel(
            name="ShapeCount",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("shape", models.CharField(max_length=300)),
                ("count", models.BigIntegerField(default=0)),
                (
                    "epoch",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.CASCADE, to="strangler.epoch"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Signature",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("digest", models.CharField(max_length=40)),
                ("groups", models.JSONField(default=list)),
                ("severity", models.CharField(blank=True, max_length=10)),
                (
                    "epoch",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.CASCADE, to="strangler.epoch"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="HourlyOutcome",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("failure", models.CharField(blank=True, max_length=20)),
                ("primary_error", models.BooleanField()),
                ("candidate_error", models.BooleanField()),
                ("not_seen", models.BooleanField()),
                ("count", models.BigIntegerField(default=0)),
                ("hour", models.IntegerField()),
                ("primary_ms", models.FloatField(default=0)),
                ("candidate_ms", models.FloatField(default=0)),
                (
                    "epoch",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.CASCADE, to="strangler.epoch"
                    ),
                ),
                ("signature", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="strangler.signature")),
            ],
        ),
        migrations.CreateModel(
            name="TotalOutcome",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("failure", models.CharField(blank=True, max_length=20)),
                ("primary_error", models.BooleanField()),
                ("candidate_error", models.BooleanField()),
                ("not_seen", models.BooleanField()),
                ("count", models.BigIntegerField(default=0)),
                (
                    "epoch",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.CASCADE, to="strangler.epoch"
                    ),
                ),
                ("signature", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="strangler.signature")),
            ],
        ),
        migrations.AddConstraint(
            model_name="group",
            constraint=models.UniqueConstraint(fields=("epoch", "path", "kind"), name="strangler_group_once"),
        ),
        migrations.AddConstraint(
            model_name="ignoreuse",
            constraint=models.UniqueConstraint(fields=("epoch", "rule"), name="strangler_ignore_once"),
        ),
        migrations.AddConstraint(
            model_name="latencycount",
            constraint=models.UniqueConstraint(
                fields=("epoch", "is_candidate", "bucket"), name="strangler_latency_once"
            ),
        ),
        migrations.AddIndex(
            model_name="sample",
            index=models.Index(fields=["at"], name="strangler_sample_age"),
        ),
        migrations.AddConstraint(
            model_name="groupsample",
            constraint=models.UniqueConstraint(fields=("group", "sample"), name="strangler_group_sample_once"),
        ),
        migrations.AddConstraint(
            model_name="shapecount",
            constraint=models.UniqueConstraint(fields=("epoch", "shape"), name="strangler_shape_once"),
        ),
        migrations.AddConstraint(
            model_name="signature",
            constraint=models.UniqueConstraint(fields=("epoch", "digest"), name="strangler_signature_once"),
        ),
        migrations.AddIndex(
            model_name="hourlyoutcome",
            index=models.Index(fields=["hour"], name="strangler_hour_age"),
        ),
        migrations.AddConstraint(
            model_name="hourlyoutcome",
            constraint=models.UniqueConstraint(
                fields=("epoch", "signature", "failure", "primary_error", "candidate_error", "not_seen", "hour"),
                name="strangler_hour_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="totaloutcome",
            constraint=models.UniqueConstraint(
                fields=("epoch", "signature", "failure", "primary_error", "candidate_error", "not_seen"),
                name="strangler_total_once",
            ),
        ),
    ]
