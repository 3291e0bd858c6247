import type { AwsError, Service } from '../call.ts';
import type { WireRequest, WireResponse } from '../http/request.ts';
import { type Operation, operationOf } from './shape.ts';

/** A service with its operations read and, for REST, its routes. */
export interface LoadedService {
  readonly service: Service;
  operation(name: string): Operation | undefined;
  readonly operations: () => readonly Operation[];
}

/** What a request asks for. */
export interface Asked {
  readonly operation: Operation;
  readonly input: Record<string, unknown>;
}

/** One wire protocol: reads requests and writes answers by the SDK's schemas. Both throw AwsError for bad requests. */
export interface Protocol {
  read(loaded: LoadedService, request: WireRequest): Asked;
  answer(loaded: LoadedService, operation: Operation, answered: Answered): WireResponse;
  error(loaded: Pick<LoadedService, 'service'> | undefined, error: AwsError, answered: Refused): WireResponse;
}

export interface Answered {
  readonly output: unknown;
  readonly requestId: string;
  /** The request's header of that name. */
  readonly accept?: string | undefined;
}

export interface Refused {
  readonly requestId: string;
  readonly request: WireRequest;
}

/** Reads operation schemas when they are first asked for: EC2 has eight hundred. */
export function loadService(service: Service): LoadedService {
  const read = new Map<string, Operation>();
  const operation = (name: string): Operation | undefined => {
    const known = read.get(name);
    const schema = Object.hasOwn(service.schemas, name) ? service.schemas[name] : undefined;
    if (known || schema === undefined) return known;
    const made = operationOf(schema);
    read.set(name, made);
    return made;
  };
  return { service, operation, operations: () => Object.keys(service.schemas).map((name) => operation(name)!) };
}
