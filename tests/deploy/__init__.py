"""Container files, Compose and Kubernetes: what can be known of them without running a container."""
