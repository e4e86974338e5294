import type { Json } from '../core/objects.ts';

export interface ValidationRule {
  rule: string;
  message?: string;
}

/** An OpenAPI v3 structural schema, as CustomResourceDefinitions carry it, plus the marks that only the server's own kinds have. */
export interface Schema {
  type?: 'object' | 'array' | 'string' | 'integer' | 'number' | 'boolean';
  format?: string;
  description?: string;
  nullable?: boolean;
  default?: Json;
  enum?: Json[];
  properties?: { [name: string]: Schema };
  additionalProperties?: Schema | boolean;
  required?: string[];
  maxProperties?: number;
  minProperties?: number;
  items?: Schema;
  minItems?: number;
  maxItems?: number;
  minLength?: number;
  maxLength?: number;
  pattern?: string;
  minimum?: number;
  maximum?: number;
  oneOf?: Schema[];
  anyOf?: Schema[];
  allOf?: Schema[];
  not?: Schema;
  'x-kubernetes-list-type'?: 'atomic' | 'set' | 'map';
  'x-kubernetes-list-map-keys'?: string[];
  'x-kubernetes-map-type'?: 'granular' | 'atomic';
  'x-kubernetes-preserve-unknown-fields'?: boolean;
  'x-kubernetes-int-or-string'?: boolean;
  'x-kubernetes-embedded-resource'?: boolean;
  'x-kubernetes-patch-strategy'?: string;
  'x-kubernetes-patch-merge-key'?: string;
  'x-kubernetes-validations'?: ValidationRule[];
}

/** The schema of a field of an object, or undefined where the schema says nothing about it. */
export function fieldSchema(schema: Schema | undefined, field: string): Schema | undefined {
  const declared = schema?.properties;
  if (declared && Object.hasOwn(declared, field)) return declared[field];
  const others = schema?.additionalProperties;
  return typeof others === 'object' ? others : undefined;
}

/** True where the schema keeps fields that it does not declare. */
export function keepsUnknown(schema: Schema): boolean {
  if (schema['x-kubernetes-preserve-unknown-fields']) return true;
  return schema.additionalProperties === true;
}
