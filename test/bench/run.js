// All benchmarks: `npm run bench`.
import './start-up.js';
