# syntax=docker/dockerfile:1

FROM node:24-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev && npm cache clean --force

# One image for every process; docker-compose.yml names the command of each.
FROM node:24-slim
ENV NODE_ENV=production
WORKDIR /app
COPY --from=dependencies /app/node_modules ./node_modules
COPY package.json tsconfig.json LICENSE ./
COPY bin ./bin
COPY drizzle ./drizzle
COPY src ./src
COPY workflows ./workflows
COPY activities ./activities
COPY docker/worker-health.mjs ./docker/worker-health.mjs
# The application's files belong to root: what runs as `node` cannot change them.
USER node
EXPOSE 3000
CMD ["node", "--import", "tsx", "src/server.ts"]
