FROM node:22-bookworm-slim AS build
WORKDIR /satsuma
COPY package.json package-lock.json ./
RUN npm ci
COPY tsconfig.json tsconfig.build.json ./
COPY src src
COPY schedulers schedulers
COPY web web
RUN npm run build && npm prune --omit=dev

FROM node:22-bookworm-slim
ENV NODE_ENV=production SATSUMA_DATA_DIR=/data
WORKDIR /satsuma
COPY --from=build /satsuma/package.json ./
COPY --from=build /satsuma/node_modules node_modules
COPY --from=build /satsuma/dist dist
RUN mkdir /data && chown node:node /data && ln -s /satsuma/dist/src/main.js /usr/local/bin/satsuma && chmod +x dist/src/main.js
USER node
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=3s CMD ["node", "-e", "fetch('http://127.0.0.1:8080/readyz').then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["satsuma"]
# Inside a container 127.0.0.1 is nobody else's. To publish the port, listen on 0.0.0.0 with --insecure, and publish it to
# an address that only you reach: docker run -p 127.0.0.1:8080:8080 satsuma serve --listen 0.0.0.0:8080 --insecure
CMD ["serve"]
