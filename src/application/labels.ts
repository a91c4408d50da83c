/** What belongs to an application is known by the labels of its containers, those of Compose: there is no other record of it. */
export const projectLabel = 'com.docker.compose.project';
/** Its name in the file. */
export const serviceLabel = 'com.docker.compose.service';
export const networkLabel = 'com.docker.compose.network';
export const volumeLabel = 'com.docker.compose.volume';
/** Of a secret that holds a config of the file. */
export const configLabel = 'com.docker.compose.config';
