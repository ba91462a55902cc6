import { Agent, request } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';

/**
 * A client of the AWS JSON protocol and nothing else: node:http over connections that are kept. An SDK would measure itself.
 * @param connections how many requests may be under way at once
 */
export function wireClient(port, connections = 64) {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });

  /** @returns the answer, parsed. */
  const call = (operation, input) =>
    new Promise((resolve, reject) => {
      const body = JSON.stringify(input);
      const headers = {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': `AWSStepFunctions.${operation}`,
        'content-length': Buffer.byteLength(body),
      };
      const sent = request({ host: '127.0.0.1', port, method: 'POST', path: '/', agent, headers }, (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk) => (text += chunk));
        response.on('error', reject);
        response.on('end', () => {
          if (response.statusCode === 200) resolve(JSON.parse(text));
          else reject(new Error(`${operation} was answered with ${response.statusCode}: ${text}`));
        });
      });
      sent.on('error', reject);
      sent.end(body);
    });

  return {
    call,
    /** Sends so many requests, as many at once as there are connections. */
    async times(count, operation, inputOf) {
      let next = 0;
      const worker = async () => {
        while (next < count) {
          const index = next;
          next += 1;
          await call(operation, inputOf(index));
        }
      };
      await Promise.all(Array.from({ length: connections }, worker));
    },
    async createMachine(name, definition, type = 'STANDARD') {
      const roleArn = 'arn:aws:iam::000000000000:role/bench';
      return (await call('CreateStateMachine', { name, definition, type, roleArn })).stateMachineArn;
    },
    /** Resolves when none of a machine's executions runs any more. */
    async ended(stateMachineArn) {
      const query = { stateMachineArn, statusFilter: 'RUNNING', maxResults: 1 };
      while ((await call('ListExecutions', query)).executions.length > 0) await pause(5);
    },
    close() {
      agent.destroy();
    },
  };
}
