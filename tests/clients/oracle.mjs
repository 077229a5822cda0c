// Answers requests, one JSON object a line, with what graphql-js says. {"sdl"} sets the schema of the requests after it;
// {"document", "variables", "rootValue"} is parsed, validated and, when it is valid, executed.
import { createInterface } from 'node:readline';
import {
  GraphQLError, OperationTypeNode, buildSchema, execute, getNamedType, getVariableValues, parse, specifiedRules, validate,
} from 'graphql-17';

// Rules of proposals that the September 2025 specification does not hold.
const rules = specifiedRules.filter((rule) => !/^(DeferStream|Stream|MaxIntrospection)/.test(rule.name));
const unlimited = { maxErrors: Infinity, allowEmptySelectionSets: false, hideSuggestions: true };
let schema;

const locations = (error) => (error.locations ?? []).map((l) => `${l.line}:${l.column}`).join(' ');

function raise(value) {
  if (Array.isArray(value)) {
    return value.map((item) => {
      try {
        return raise(item);
      } catch (error) {
        return error;
      }
    });
  }
  if (value !== null && typeof value === 'object' && typeof value.__error === 'string') {
    throw new Error(value.__error);
  }
  return value;
}

function fieldResolver(source, args, context, info) {
  const value = source?.[`${info.path.key}:${info.fieldName}`] ?? source?.[info.fieldName] ?? null;
  if (value !== null && typeof value === 'object' && value.__args === true) {
    return ['String', 'ID'].includes(getNamedType(info.returnType).name) ? JSON.stringify(args) : args;
  }
  return raise(value);
}

function answer({ document: text, variables, rootValue }) {
  let document;
  try {
    document = parse(text, { allowEmptySelectionSets: false });
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    return { syntax: locations(error) };
  }

  const broken = {};
  if (validate(schema, document, rules, unlimited).length > 0) {
    for (const rule of rules) {
      const errors = validate(schema, document, [rule], unlimited);
      if (errors.length > 0) broken[rule.name] = errors.map(locations);
    }
    return { rules: broken };
  }

  const operation = document.definitions.find((d) => d.kind === 'OperationDefinition');
  const coerced = getVariableValues(schema, operation.variableDefinitions ?? [], variables ?? {}, { maxErrors: 50 });
  const result = operation.operation === OperationTypeNode.SUBSCRIPTION
    ? undefined
    : execute({ schema, document, operationName: operation.name?.value, rootValue, variableValues: variables, fieldResolver, typeResolver: (value) => value?.__typename });
  return { rules: broken, coerced: coerced.variableValues?.coerced ?? null, result };
}

const lines = createInterface({ input: process.stdin, crlfDelay: Infinity });
for await (const line of lines) {
  const request = JSON.parse(line);
  if (request.sdl !== undefined) {
    schema = buildSchema(request.sdl);
    continue;
  }

  process.stdout.write(JSON.stringify(answer(request)) + '\n');
}
