"""An S3 server for a test: it says on one line how it is reached, and ends when its standard input does.

It knows one bucket and one key, and refuses every other key, as real servers do.
"""

import json
import logging
import sys

import boto3
import requests
from moto.server import ThreadedMotoServer

BUCKET = "sigap"
REGION = "us-east-1"
MAY = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}


def main():
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    endpoint = "http://{}:{}".format(*server.get_host_and_port())
    # Until it is told to look, it believes whoever comes.
    anybody = {
        "endpoint_url": endpoint,
        "region_name": REGION,
        "aws_access_key_id": "anybody",
        "aws_secret_access_key": "anybody",
    }
    boto3.client("s3", **anybody).create_bucket(Bucket=BUCKET)
    iam = boto3.client("iam", **anybody)
    iam.create_user(UserName="sigap")
    iam.put_user_policy(UserName="sigap", PolicyName="files", PolicyDocument=json.dumps(MAY))
    key = iam.create_access_key(UserName="sigap")["AccessKey"]
    requests.post(f"{endpoint}/moto-api/reset-auth", data=b"0", timeout=10).raise_for_status()
    reached = {"endpoint": endpoint, "region": REGION, "bucket": BUCKET}
    reached |= {"key": key["AccessKeyId"], "secret": key["SecretAccessKey"]}
    print(json.dumps(reached), flush=True)
    sys.stdin.read()
    server.stop()


main()
