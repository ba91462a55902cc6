/** The client of the Price List, built into a file of its own: it is loaded when the first request is made. */
export { Pricing } from '@aws-sdk/client-pricing';
