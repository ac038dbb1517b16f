import { useQuery } from '@tanstack/react-query';
import { useSearchParams } from 'react-router';
import { call } from '../api/client';
import { words } from '../format/words';
import { Icon } from '../ui/icon';
import { Badge, Card, Loaded, PageHead, useTitle } from '../ui/parts';

interface Schema {
  $ref?: string;
  type?: string | string[];
  format?: string;
  enum?: unknown[];
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: string[];
  description?: string;
  additionalProperties?: Schema | boolean;
  oneOf?: Schema[];
}

interface Operation {
  operationId: string;
  summary?: string;
  description?: string;
  tags?: string[];
  parameters?: { name: string; in: string; required?: boolean; description?: string; schema?: Schema }[];
  requestBody?: { content?: Record<string, { schema?: Schema }> };
  responses?: Record<string, { description?: string; content?: Record<string, { schema?: Schema }> }>;
}

interface OpenApi {
  info: { title: string; description: string };
  servers: { url: string }[];
  paths: Record<string, Record<string, Operation>>;
  components?: { schemas?: Record<string, Schema> };
}

const METHODS = ['get', 'post', 'put', 'patch', 'delete'];
const TONES: Record<string, 'info' | 'good' | 'warn' | 'bad' | 'idle'> = {
  get: 'info',
  post: 'good',
  put: 'warn',
  patch: 'warn',
  delete: 'bad',
};

/** The API as the services describe it, to read. */
export function Docs() {
  useTitle('API');
  const [params, setParams] = useSearchParams();
  const q = (params.get('q') ?? '').toLowerCase();
  const api = useQuery({
    queryKey: ['openapi'],
    queryFn: () => call<OpenApi>('GET', '/api/v1/openapi.json'),
    staleTime: 60_000,
  });
  return (
    <main className="page">
      <PageHead
        back={{ to: '/', word: 'Console' }}
        title="API"
        actions={
          <a className="button" href="/api/v1/openapi.json">
            <Icon name="code" />
            openapi.json
          </a>
        }
      >
        <p>Everything the console does, your programs can do.</p>
      </PageHead>
      <div className="toolbar">
        <div className="search">
          <Icon name="search" />
          <input
            className="input"
            type="search"
            placeholder="Find an operation"
            aria-label="Find an operation"
            defaultValue={params.get('q') ?? ''}
            onChange={(event) => setParams(event.target.value ? { q: event.target.value } : {}, { replace: true })}
          />
        </div>
      </div>
      <Loaded query={api} lines={8}>
        {(document) => <Groups document={document} q={q} />}
      </Loaded>
    </main>
  );
}

function Groups({ document, q }: { document: OpenApi; q: string }) {
  const groups = new Map<string, { path: string; method: string; operation: Operation }[]>();
  for (const [path, item] of Object.entries(document.paths)) {
    for (const method of METHODS) {
      const operation = item[method];
      if (operation && `${method} ${path} ${operation.summary ?? ''}`.toLowerCase().includes(q)) {
        // the part after /api/v1 says what it is about, whatever a service calls its group
        const group = path.startsWith('/webhooks') ? 'webhooks' : (path.split('/')[3] ?? 'other');
        groups.set(group, [...(groups.get(group) ?? []), { path, method, operation }]);
      }
    }
  }
  const server = document.servers[0]?.url ?? '';
  return (
    <div className="stack" data-gap="large">
      <Card title="Signing in">
        <div className="stack" data-gap="small">
          <p className="muted">
            Send a key as <code>X-API-Key</code>. Every POST that creates something takes an <code>Idempotency-Key</code>:
            sent twice, it happens once. Lists go on with <code>cursor</code>. What goes wrong is a problem that says how
            to mend it.
          </p>
          <pre className="code" tabIndex={0}>{`curl ${server}/api/v1/contacts -H 'X-API-Key: omk_…'`}</pre>
        </div>
      </Card>
      {[...groups.entries()].sort(([a], [b]) => a.localeCompare(b)).map(([group, operations]) => (
        <Card key={group} title={words(group.replaceAll('-', '_'))} flush>
          {operations.map(({ path, method, operation }) => (
            <details key={method + path} className="operation">
              <summary>
                <span className="method">
                  <Badge look={{ word: method.toUpperCase(), tone: TONES[method] ?? 'idle', icon: 'right' }} />
                </span>
                <code>{path}</code>
                <span className="muted">{operation.summary}</span>
              </summary>
              <OperationBody document={document} operation={operation} />
            </details>
          ))}
        </Card>
      ))}
    </div>
  );
}

function OperationBody({ document, operation }: { document: OpenApi; operation: Operation }) {
  const body = Object.values(operation.requestBody?.content ?? {})[0]?.schema;
  const ok = Object.entries(operation.responses ?? {}).find(([status]) => status.startsWith('2'));
  const answer = Object.values(ok?.[1].content ?? {})[0]?.schema;
  return (
    <div className="operation-body stack">
      {operation.description && <p className="muted">{operation.description}</p>}
      {operation.parameters && operation.parameters.length > 0 && (
        <dl className="facts">
          {operation.parameters.map((parameter) => (
            <div key={parameter.in + parameter.name}>
              <dt>
                <code>{parameter.name}</code>
              </dt>
              <dd className="small">
                {shape(parameter.schema)} <span className="faint">in {parameter.in}</span>
                {parameter.required && ' · required'} {parameter.description}
              </dd>
            </div>
          ))}
        </dl>
      )}
      {body && (
        <div>
          <h3>Send</h3>
          <pre className="code" tabIndex={0}>{example(document, body)}</pre>
        </div>
      )}
      {answer && (
        <div>
          <h3>Answer {ok?.[0]}</h3>
          <pre className="code" tabIndex={0}>{example(document, answer)}</pre>
        </div>
      )}
    </div>
  );
}

function shape(schema: Schema | undefined): string {
  if (!schema) {
    return 'any';
  }
  if (schema.$ref) {
    return schema.$ref.split('/').pop() ?? 'object';
  }
  if (schema.enum) {
    return schema.enum.map(String).join(' | ');
  }
  const type = Array.isArray(schema.type) ? schema.type.filter((one) => one !== 'null').join(' | ') : schema.type;
  return type === 'array' ? `${shape(schema.items)}[]` : (schema.format ?? type ?? 'any');
}

/** What a value of the schema looks like: types in place of values. */
function example(document: OpenApi, schema: Schema, depth = 0): string {
  const pad = '  '.repeat(depth + 1);
  if (schema.$ref) {
    const name = schema.$ref.split('/').pop() ?? '';
    const there = document.components?.schemas?.[name];
    return there && depth < 4 ? example(document, there, depth) : name;
  }
  if (schema.properties) {
    const lines = Object.entries(schema.properties).map(
      ([name, property]) => `${pad}"${name}": ${example(document, property, depth + 1)}`,
    );
    return `{\n${lines.join(',\n')}\n${'  '.repeat(depth)}}`;
  }
  const type = Array.isArray(schema.type) ? schema.type[0] : schema.type;
  if (type === 'array' && schema.items) {
    return `[ ${example(document, schema.items, depth)} ]`;
  }
  return shape(schema);
}
