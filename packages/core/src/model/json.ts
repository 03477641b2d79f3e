// JSON values, as parameters and inputs carry them.

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
