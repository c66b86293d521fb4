package org.bandrescue

import com.google.android.apps.common.testing.accessibility.framework.AccessibilityCheckPreset
import com.google.android.apps.common.testing.accessibility.framework.AccessibilityCheckResult.AccessibilityCheckResultType
import com.google.android.apps.common.testing.accessibility.framework.Parameters
import com.google.android.apps.common.testing.accessibility.framework.uielement.AccessibilityHierarchyAndroid
import com.google.android.apps.common.testing.accessibility.framework.utils.contrast.BitmapImage
import org.junit.Assert.assertEquals
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.annotation.Config
import java.util.Locale

/** Google's accessibility checks over every screen: names, sizes, contrast as drawn. */
@RunWith(RobolectricTestRunner::class)
class AccessibilityTest {
    @Test
    @Config(sdk = [35], qualifiers = "w411dp-h891dp-normal-long-notround-port-notnight-420dpi-keyshidden-nonav")
    fun no_screen_is_closed_to_anybody_by_day() = checkAll()

    @Test
    @Config(sdk = [35], qualifiers = "w411dp-h891dp-normal-long-notround-port-night-420dpi-keyshidden-nonav")
    fun no_screen_is_closed_to_anybody_by_night() = checkAll()

    private fun checkAll() {
        val found = Samples.all.flatMap { (name, view) -> problems(name, Stage().show(view)) } +
            Samples.practised.flatMap { (name, sample) -> problems(name, Stage().show(sample.first, sample.second)) } +
            problems("about", Stage().about()) + problems("practice", Stage().practicePage())
        assertEquals(found.joinToString("\n"), 0, found.size)
    }

    private fun problems(name: String, stage: Stage): List<String> {
        val hierarchy = AccessibilityHierarchyAndroid.newBuilder(stage.window).build()
        val seen = Parameters().apply { putScreenCapture(BitmapImage(stage.picture())) }
        return AccessibilityCheckPreset.getAccessibilityHierarchyChecksForPreset(AccessibilityCheckPreset.LATEST)
            .flatMap { it.runCheckOnHierarchy(hierarchy, null, seen) }
            .filter { it.type == AccessibilityCheckResultType.ERROR }
            .map { "$name: ${it.element?.resourceName} ${it.element?.text}: ${it.getMessage(Locale.ENGLISH)}" }
    }
}
