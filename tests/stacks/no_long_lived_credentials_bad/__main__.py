"""People have a user."""

import pulumi_aws as aws

aws.iam.User("analyst", name="analyst")
