import com.android.apksig.ApkVerifier;
import java.io.File;

/** Verifies an APK as Android 8 and every later one does: Verify.java APK. Fails unless schemes v2 and v3 both hold. */
final class Verify {
    public static void main(String[] arguments) throws Exception {
        ApkVerifier.Result result =
                new ApkVerifier.Builder(new File(arguments[0])).setMinCheckedPlatformVersion(26).build().verify();
        if (!result.isVerified()) {
            throw new SecurityException("not verified: " + result.getAllErrors());
        }
        if (!result.isVerifiedUsingV2Scheme() || !result.isVerifiedUsingV3Scheme()) {
            throw new SecurityException("signed without scheme v2 or v3");
        }
    }
}
