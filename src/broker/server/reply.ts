/** What is to become of one request. */
export type Reply =
  /** These bytes go out; then, after part of an answer only, the connection is closed. */
  | { readonly kind: 'answer'; readonly chunks: readonly Buffer[]; readonly thenClose?: string }
  /** The client asked for no answer. */
  | { readonly kind: 'none' }
  | { readonly kind: 'close'; readonly reason: string }
