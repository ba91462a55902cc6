export { pauseFor } from '../aws/pause.js';
