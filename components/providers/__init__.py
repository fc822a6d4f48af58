"""Dynamic resources: what the provider can't say, over boto3, each module with the gap it fills."""
