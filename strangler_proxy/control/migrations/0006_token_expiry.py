from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("strangler", "0005_address"),
    ]

    operations = [
        migrations.AddField(
            model_name="apitoken",
            name="expires_at",
            field=models.FloatField(null=True),
        ),
    ]
