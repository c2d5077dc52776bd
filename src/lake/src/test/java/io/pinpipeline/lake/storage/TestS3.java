package io.pinpipeline.lake.storage;

import io.pinpipeline.local.S3Server;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/** A server and its clients. */
public final class TestS3 {

  public static final String BUCKET = "posts";
  private static final String ACCESS_KEY = "reader";
  private static final String SECRET_KEY = "reader's secret";

  private TestS3() {}

  public static S3Server start(Path folder) throws IOException {
    S3Server server = S3Server.start(folder, ACCESS_KEY, SECRET_KEY);
    server.createBucket(BUCKET);
    return server;
  }

  public static S3Client client(URI endpoint) {
    return client(endpoint, ACCESS_KEY, SECRET_KEY);
  }

  static S3Client client(URI endpoint, String accessKey, String secretKey) {
    return S3Client.builder()
        .endpointOverride(endpoint)
        .forcePathStyle(true)
        .region(Region.US_EAST_1)
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create(accessKey, secretKey)))
        .build();
  }
}
