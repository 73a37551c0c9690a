// Code that uses the generated types, which must compile.
import type { components as Order } from "./order/openapi-typescript";
import type { components as Product } from "./product/openapi-typescript";
import type { components as User } from "./user/openapi-typescript";
import type { ErrorCode, FieldError, ProductUpdate } from "./product/hey-api";
import { ErrorCode as Code } from "./order/openapi-generator";

type OrderSchemas = Order["schemas"];

export const code: OrderSchemas["ErrorCode"] = "OUTCOME_UNKNOWN";
export const error: User["schemas"]["Error"] = {
  error: { code: "NOT_FOUND", message: "The user does not exist", details: { resource: "user" } },
};
export const withoutDescription: Product["schemas"]["ProductUpdate"] = { description: null };
export const update: ProductUpdate = { description: null };
export const conflict: ErrorCode = "OUTCOME_UNKNOWN";
export const pointer = (field: FieldError): string => `${field.in} ${field.pointer}`;
export const unknown = Code.OutcomeUnknown;

// @ts-expect-error The codes are closed.
export const wrong: OrderSchemas["ErrorCode"] = "OOPS";
