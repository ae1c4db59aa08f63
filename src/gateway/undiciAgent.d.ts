/** undici has types for its whole self only. */
declare module 'undici/lib/dispatcher/agent.js' {
  import { Agent } from 'undici';
  // eslint-disable-next-line import-x/no-default-export -- what a CommonJS module exports is its default
  export default Agent;
}
