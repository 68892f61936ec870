/** What stands for no topic id: asked by name, or told by a broker that knows no ids. */
export const noId = 'AAAAAAAAAAAAAAAAAAAAAA'
