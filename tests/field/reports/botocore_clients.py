# https://github.com/boto/botocore/issues/805
"""A client of botocore is in cycles with the handlers of its events."""

import botocore.session

import refcycle

CAUSE = ["RestXMLParser._blob_parser", "OperationModel._service_model"]
FIX = ["weakref.WeakMethod", "make `OperationModel._service_model` a weak reference"]
NEVER = ["`S3.__mro__", "__objclass__", "__callback__"]

session = botocore.session.get_session()
session.set_credentials("key", "secret")


def work():
    session.create_client("s3", region_name="eu-west-1")


work()
for cycle in refcycle.cycles_created_by(work).cycles():
    print(cycle, cycle.cut(), sep="\n")
