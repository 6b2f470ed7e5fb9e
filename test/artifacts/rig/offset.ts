export const offset = 0
