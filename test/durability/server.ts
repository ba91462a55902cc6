import { OrdersProcess, type Ended, type Launch } from './orders-process.js';

/** A running `orders local serve`. */
export interface Server {
  readonly url: string;
  readonly process: OrdersProcess;
  /** Ends it as Ctrl-C does. */
  stop(): Promise<Ended>;
}

export async function startServer(launch: Launch): Promise<Server> {
  const process = new OrdersProcess(['local', 'serve', '--port', '0'], launch);
  const said = await process.says('until Ctrl-C');
  const url = /http:\/\/127\.0\.0\.1:\d+/.exec(said)?.[0] ?? '';
  return {
    url,
    process,
    stop() {
      process.signal('SIGINT');
      return process.ended;
    },
  };
}
