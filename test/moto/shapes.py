"""Reads AWS's answers by botocore's service models: a third opinion on their shape.

    python3 test/moto/shapes.py < answers.jsonl

A line is {service, operation, status, headers, body} with the signing name of the service and the body in base64. For
each there is a line {parsed, code, unknown, unread}: the members that the model knows, the code of an error, and the
paths of members that it does not know. Moments become {"$time": ...}, so that they can be told from text. `unread` says
why nothing could be read.
"""

import base64
import datetime
import json
import sys
import xml.etree.ElementTree as ElementTree

import botocore.parsers
import botocore.session

NAMES = {
    "elasticloadbalancing": "elbv2",
    "servicequotas": "service-quotas",
    "tagging": "resourcegroupstaggingapi",
}
SESSION = botocore.session.get_session()
MODELS = {}


def operation_of(service, operation):
    name = NAMES.get(service, service)
    if name not in MODELS:
        MODELS[name] = SESSION.get_service_model(name)
    return MODELS[name], MODELS[name].operation_model(operation)


def plain(value):
    if isinstance(value, dict):
        return {key: plain(one) for key, one in value.items()}
    if isinstance(value, list):
        return [plain(one) for one in value]
    if isinstance(value, datetime.datetime):
        return {"$time": value.isoformat()}
    if isinstance(value, (bytes, bytearray)):
        return {"$bytes": base64.b64encode(value).decode()}
    if hasattr(value, "read"):
        return {"$bytes": base64.b64encode(value.read()).decode()}
    return value


def local(tag):
    return tag.rsplit("}", 1)[-1]


def unknown_xml(element, shape, path=""):
    """Paths of elements that no member of the shape is read from."""
    if shape.type_name == "structure":
        by_name = {}
        for name, member in shape.members.items():
            flat = member.type_name == "list" and member.serialization.get("flattened")
            inner = member.member.serialization.get("name") if flat else None
            by_name[member.serialization.get("name") or inner or name] = (name, member)
        for child in element:
            found = by_name.get(local(child.tag))
            if found is None:
                yield f"{path}{local(child.tag)}"
            elif found[1].type_name == "list" and found[1].serialization.get("flattened"):
                yield from unknown_xml(child, found[1].member, f"{path}{found[0]}[].")
            else:
                yield from unknown_xml(child, found[1], f"{path}{found[0]}.")
    elif shape.type_name == "list":
        for child in element:
            yield from unknown_xml(child, shape.member, f"{path[:-1]}[].")


def unknown_json(value, shape, path=""):
    if shape.type_name == "structure" and isinstance(value, dict):
        by_name = {member.serialization.get("name", name): (name, member) for name, member in shape.members.items()}
        for key, one in value.items():
            if key not in by_name:
                if one is not None and key != "__type":
                    yield f"{path}{key}"
                continue
            name, member = by_name[key]
            yield from unknown_json(one, member, f"{path}{name}.")
    elif shape.type_name == "list" and isinstance(value, list):
        for one in value:
            yield from unknown_json(one, shape.member, f"{path[:-1]}[].")
    elif shape.type_name == "map" and isinstance(value, dict):
        for one in value.values():
            yield from unknown_json(one, shape.value, f"{path[:-1]}{{}}.")


def has_payload(shape):
    return shape is not None and "payload" in shape.serialization


def unknown_members(protocol, body, shape):
    if shape is None or not body.strip():
        return []
    if has_payload(shape):
        inner = shape.members[shape.serialization["payload"]]
        if inner.type_name != "structure":
            return []
        shape = inner
    if protocol in ("json", "rest-json"):
        return sorted(set(unknown_json(json.loads(body), shape)))
    root = ElementTree.fromstring(body)
    if protocol == "query":
        wrapper = shape.serialization.get("resultWrapper")
        root = next((child for child in root if local(child.tag) == wrapper), None) if wrapper else root
        if root is None:
            return []
    ignored = {"requestId", "ResponseMetadata", "return", "__type"}
    return sorted({path for path in unknown_xml(root, shape) if path not in ignored})


def read(row):
    model, operation = operation_of(row["service"], row["operation"])
    body = base64.b64decode(row["body"])
    headers = botocore.compat.HTTPHeaders.from_dict(row["headers"])
    context = {"operation_name": row["operation"]}
    given = {"status_code": row["status"], "headers": headers, "body": body, "context": context}
    protocol = model.resolved_protocol
    parser = botocore.parsers.create_parser(protocol)
    parsed = parser.parse(given, operation.output_shape)
    parsed.pop("ResponseMetadata", None)
    if row["status"] >= 300:
        return {"parsed": {}, "code": parsed.get("Error", {}).get("Code", ""), "unknown": []}
    unknown = unknown_members(protocol, body, operation.output_shape)
    return {"parsed": plain(parsed), "code": None, "unknown": unknown}


def main():
    for line in sys.stdin:
        try:
            said = read(json.loads(line))
        except Exception as error:  # what no parser of botocore's takes is told, whatever it is
            said = {"parsed": {}, "code": None, "unknown": [], "unread": f"{type(error).__name__}: {error}"}
        print(json.dumps(said))


if __name__ == "__main__":
    main()
