import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * What Prometheus 2.42.0 answered to `/api/v1/query`, byte by byte, one server watching itself; by its query. The form is
 * that of "HTTP API" in its documentation (https://prometheus.io/docs/prometheus/latest/querying/api/).
 */
const recorded: { readonly [query: string]: readonly [status: number, body: string] } = {
  up: [
    200,
    '{"status":"success","data":{"resultType":"vector","result":[{"metric":{"__name__":"up","instance":"127.0.0.1:19093","job":"self"},"value":[1795673184.278,"1"]}]}}',
  ],
  'up == 5': [200, '{"status":"success","data":{"resultType":"vector","result":[]}}'],
  'scalar(up)': [
    200,
    '{"status":"success","data":{"resultType":"scalar","result":[1795673184.311,"1"]}}',
  ],
  NaN: [200, '{"status":"success","data":{"resultType":"scalar","result":[1795673184.343,"NaN"]}}'],
  'vector(0)/0': [
    200,
    '{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[1795673184.375,"NaN"]}]}}',
  ],
  'vector(1)/0': [
    200,
    '{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[1795673184.437,"+Inf"]}]}}',
  ],
  '-vector(1)/0': [
    200,
    '{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[1795673184.468,"-Inf"]}]}}',
  ],
  'prometheus_http_request_duration_seconds_bucket{handler="/x"} or vector(0.04)': [
    200,
    '{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[1795673184.485,"0.04"]}]}}',
  ],
  '"text"': [
    200,
    '{"status":"success","data":{"resultType":"string","result":[1795673184.389,"text"]}}',
  ],
  'up[5s]': [
    200,
    '{"status":"success","data":{"resultType":"matrix","result":[{"metric":{"__name__":"up","instance":"127.0.0.1:19093","job":"self"},"values":[[1795673183.337,"1"],[1795673184.337,"1"]]}]}}',
  ],
  'up{': [
    400,
    String.raw`{"status":"error","errorType":"bad_data","error":"invalid parameter \"query\": 1:4: parse error: unexpected end of input inside braces"}`,
  ],
  '': [
    400,
    String.raw`{"status":"error","errorType":"bad_data","error":"invalid parameter \"query\": 1:1: parse error: no expression found in input"}`,
  ],
};

export interface PrometheusServer {
  readonly url: string;
  /** From now on, for every query. */
  answerWith(status: number, body: string): void;
  close(): Promise<void>;
}

/** Answers queries as they were recorded, under `/mon` as behind a proxy, and other paths as Prometheus does. */
export async function servePrometheus(): Promise<PrometheusServer> {
  let always: readonly [number, string] | undefined;
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://x');
    const known = always ?? recorded[searchParams.get('query') ?? ''];
    if (pathname !== '/mon/api/v1/query' || known === undefined) {
      response.writeHead(404, { 'content-type': 'text/plain; charset=utf-8' });
      response.end('404 page not found\n');
      return;
    }
    response.writeHead(known[0], { 'content-type': 'application/json' }).end(known[1]);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/mon/`,
    answerWith: (status, body) => {
      always = [status, body];
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
